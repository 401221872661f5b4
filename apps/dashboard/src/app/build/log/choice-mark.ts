import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** Before an item of a menu in which one chooses: what is chosen; `aria-checked` of the item says it in words. */
@Component({
  selector: 'im-choice-mark',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `{{ chosen() ? '✓' : '' }}`,
  styles: `
    :host {
      display: inline-block;
      width: 1.2rem;
    }
  `,
})
export class ChoiceMark {
  readonly chosen = input.required<boolean>();
}
