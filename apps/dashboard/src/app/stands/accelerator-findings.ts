import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import type { AcceleratorFinding } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';

/** How servers run on this machine, and why; what QEMU said about it stays as it came. */
@Component({
  selector: 'im-accelerator-findings',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (finding of findings(); track finding.guest) {
      <p>
        {{ t(key(finding), { guest: finding.guest ?? '' }) }}
        @if (finding.reason; as reason) {
          <span class="small muted" lang="en">{{ reason }}</span>
        }
      </p>
    }
  `,
})
export class AcceleratorFindings {
  readonly findings = input.required<readonly AcceleratorFinding[]>();
  protected readonly t = inject(I18n).t;

  protected key({ code }: AcceleratorFinding) {
    return `accelerator.${code}` as const;
  }
}
