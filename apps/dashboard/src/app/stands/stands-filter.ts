import {
  ChangeDetectionStrategy,
  Component,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatOption, MatSelect } from '@angular/material/select';
import { I18n } from '../i18n/i18n';
import { type ImageFilter, SHOWN_STATES } from './image-choice';

/** Which images of which clouds are shown. Null takes a part of it away. */
@Component({
  selector: 'im-stands-filter',
  imports: [MatFormFieldModule, MatInput, MatOption, MatSelect],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div role="search" [attr.aria-label]="t('stands.filter')">
      <mat-form-field appearance="outline" subscriptSizing="dynamic">
        <mat-label>{{ t('stands.search') }}</mat-label>
        <input #wanted matInput type="search" (input)="changed.emit({ text: wanted.value || null })" />
      </mat-form-field>
      <mat-form-field class="choice" appearance="outline" subscriptSizing="dynamic">
        <mat-label>{{ t('column.state') }}</mat-label>
        <mat-select [value]="filter().state" (valueChange)="changed.emit({ state: $event ?? null })">
          <mat-option [value]="undefined">{{ t('stands.state.all') }}</mat-option>
          @for (item of states; track item.state) {
            <mat-option [value]="item.state">{{ t(item.key) }}</mat-option>
          }
        </mat-select>
      </mat-form-field>
      @if (clouds().length > 1 || cloud()) {
        <mat-form-field class="choice" appearance="outline" subscriptSizing="dynamic">
          <mat-label>{{ t('column.cloud') }}</mat-label>
          <mat-select [value]="cloud()" (valueChange)="changed.emit({ cloud: $event ?? null })">
            <mat-option [value]="undefined">{{ t('stands.cloud.all') }}</mat-option>
            @for (name of clouds(); track name) {
              <mat-option [value]="name">{{ name }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
      }
    </div>
  `,
  styles: `
    div {
      display: flex;
      flex-wrap: wrap;
      gap: var(--s2) var(--s3);
    }
    mat-form-field {
      flex: 1 1 14rem;
      min-width: 8rem;
    }
    .choice {
      flex: 0 1 10.5rem;
    }
    /* The field draws the border around it. */
    input {
      min-height: 0;
      padding: 0;
    }
    @media (max-width: 44rem) {
      .choice {
        flex: 1 1 8rem;
      }
    }
  `,
})
export class StandsFilter {
  readonly filter = input.required<ImageFilter>();
  readonly clouds = input.required<string[]>();
  readonly cloud = input<string>();
  readonly changed = output<Partial<Record<'text' | 'state' | 'cloud', string | null>>>();
  protected readonly t = inject(I18n).t;
  protected readonly states = SHOWN_STATES.map((state) => ({ state, key: `image.${state}` as const }));
  private readonly wanted = viewChild.required<ElementRef<HTMLInputElement>>('wanted');

  constructor() {
    effect(() => {
      const { text } = this.filter();
      const { nativeElement: field } = this.wanted();
      // Who types is ahead of the address.
      if (document.activeElement !== field) field.value = text;
    });
  }
}
