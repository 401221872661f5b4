import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import type { CloudView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { CloudImages } from './cloud-images';
import { LeaksPanel } from './leaks-panel';
import { QuotaBars } from './quota-bars';
import { RetentionPanel } from './retention-panel';
import { ServerTable } from './server-table';

/** What clouds tell of themselves. */
const DETAILS = [
  'directory',
  'qemu',
  'accelerator',
  'authUrl',
  'region',
  'project',
  'glance',
  'nova',
  'novaMicroversion',
] as const;

/** One cloud: whether it can be reached, what we use of it, its images and our servers in it, and what may go. */
@Component({
  selector: 'im-cloud-section',
  imports: [CloudImages, LeaksPanel, QuotaBars, RetentionPanel, ServerTable],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './cloud-section.html',
  styleUrl: './cloud-section.css',
})
export class CloudSection {
  readonly cloud = input.required<CloudView>();
  /** An action changed what the list of clouds says. */
  readonly changed = output();

  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly details = computed(() => Object.entries(this.cloud().details));

  /** A detail that we have no word for is called as the cloud calls it. */
  protected detailName(key: string): string {
    const known = DETAILS.find((name) => name === key);
    return known === undefined ? key : this.t(`stands.detail.${known}`);
  }

  protected flavor(flavor: NonNullable<CloudView['flavor']>): string {
    return this.t('stands.flavor.value', {
      name: flavor.name,
      vcpus: flavor.vcpus,
      memory: this.formats.memory(flavor.memoryMb),
      disk: this.formats.disk(flavor.diskGb),
    });
  }
}
