import { KeyValuePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { isFinal, type BuildView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { ImageStateMark } from '../status/image-state';
import { CopyButton } from './copy-button';

/** What a build made and from what: artifact, images with their checksums and properties, boot times. */
@Component({
  selector: 'im-build-facts',
  imports: [CopyButton, ImageStateMark, KeyValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './build-facts.html',
  styleUrl: './build-facts.css',
})
export class BuildFacts {
  readonly build = input.required<BuildView>();
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);

  protected count(properties: Record<string, string>): number {
    return Object.keys(properties).length;
  }

  /** Why there is no file to show. */
  protected readonly noArtifact = computed(() => {
    const { artifactBytes, status } = this.build();
    if (artifactBytes !== undefined)
      return this.t('build.artifact.gone', { size: this.formats.size(artifactBytes) });
    return this.t(isFinal(status) ? 'build.artifact.never' : 'build.artifact.none');
  });

  protected readonly timing = computed(() => {
    const timing = this.build().timing;
    if (timing === undefined) return undefined;
    const time = this.formats.duration;
    return [
      this.t('build.timing.kernel', { time: time(timing.kernelMs) }),
      this.t('build.timing.initrd', { time: time(timing.initrdMs) }),
      this.t('build.timing.userspace', { time: time(timing.userspaceMs) }),
      this.t('build.timing.cloudInit', { time: time(timing.cloudInitMs) }),
      this.t('build.timing.untilReport', { time: time(timing.untilReportMs) }),
    ].join(', ');
  });
}
