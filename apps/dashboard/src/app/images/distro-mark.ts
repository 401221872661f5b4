import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { DistroDefinition } from '@image-manager/contracts';

/**
 * The distribution's own mark in the colour of the text around it; a broken definition has an empty one. The files in
 * public/marks are Simple Icons' (CC0); the marks belong to their owners.
 */
@Component({
  selector: 'im-distro-mark',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<span [style.mask-image]="mask()"></span>`,
  styles: `
    :host {
      flex: none;
      display: grid;
      place-items: center;
      width: 2.25rem;
      height: 2.25rem;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--surface);
      color: var(--text-muted);
    }
    span {
      width: 1.25rem;
      height: 1.25rem;
      background: currentColor;
      mask: center / contain no-repeat;
    }
    @media (forced-colors: active) {
      span {
        background: CanvasText;
      }
    }
    :host([data-empty]) {
      border-style: dashed;
    }
    :host([data-empty]) span {
      display: none;
    }
  `,
  host: { 'aria-hidden': 'true', '[attr.data-empty]': 'family() ? null : ""' },
})
export class DistroMark {
  readonly family = input<DistroDefinition['family']>();
  protected readonly mask = computed(() => `url(/marks/${this.family() ?? 'none'}.svg)`);
}
