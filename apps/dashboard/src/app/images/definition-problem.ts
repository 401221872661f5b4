import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { FIELD_KINDS, type DefinitionProblem } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';

/** What is wrong with a field of a definition; where the API has no code for it, in the API's English. */
@Component({
  selector: 'im-definition-problem',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (words(); as text) {
      {{ text }}
    } @else {
      <span lang="en">{{ problem().message }}</span>
    }
  `,
})
export class DefinitionProblemText {
  readonly problem = input.required<DefinitionProblem>();
  private readonly t = inject(I18n).t;

  protected readonly words = computed(() => {
    const { code, expected = '', found } = this.problem();
    if (code === 'NOT_YAML' || code === 'OTHER') return undefined;
    const kind = FIELD_KINDS.find((one) => one === expected);
    const shown = code === 'WRONG_TYPE' && kind !== undefined ? this.t(`definition.kind.${kind}`) : expected;
    // Which of the texts need it is their own affair.
    const text = this.t(`definition.${code}`, { expected: shown });
    return found === undefined ? text : text + this.t('definition.found', { found });
  });
}
