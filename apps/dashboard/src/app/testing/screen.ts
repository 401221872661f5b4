import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { CloudView, ImageUsage, ImageView } from '@image-manager/contracts';
import { problemInterceptor } from '../api/problem-interceptor';
import { routes } from '../app.routes';
import { I18n } from '../i18n/i18n';
import { LIVE_SOCKET } from '../live/live';
import { FakeSocket } from './fake-socket';

/** A screen of the dashboard as the router shows it, with the server's two sides in the test's hands. */
export class Screen {
  private constructor(
    private readonly harness: RouterTestingHarness,
    readonly http: HttpTestingController,
    readonly socket: FakeSocket,
  ) {}

  static async open(url: string): Promise<Screen> {
    const socket = new FakeSocket();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([problemInterceptor])),
        provideHttpClientTesting(),
        provideRouter(routes, withComponentInputBinding()),
        { provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } },
        { provide: LIVE_SOCKET, useValue: socket.asLiveSocket() },
      ],
    });
    TestBed.inject(I18n).use('en');
    const harness = await RouterTestingHarness.create(url);
    const screen = new Screen(harness, TestBed.inject(HttpTestingController), socket);
    await screen.settle();
    return screen;
  }

  async answer(url: string, body: object): Promise<void> {
    this.http.expectOne(url).flush(body);
    await this.settle();
  }

  /** What is configured, and then each cloud, which the sections of Stands ask for on their own. */
  async answerClouds(clouds: CloudView[]): Promise<void> {
    await this.answer(
      '/api/cloud-names',
      clouds.map(({ name, kind }) => ({ name, kind })),
    );
    for (const cloud of clouds) await this.answer(`/api/clouds/${cloud.name}`, cloud);
  }

  /** Who stands on an image is asked for each one that is shown. */
  async answerUsage(image: ImageView, usage: ImageUsage): Promise<void> {
    await this.answer(`/api/clouds/${image.cloud}/images/${image.id}/usage`, usage);
  }

  async fail(url: string, status: number, body: object): Promise<void> {
    this.http.expectOne(url).flush(body, { status, statusText: 'refused' });
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.harness.fixture.whenStable();
  }

  /** All text in sight, white space collapsed. */
  text(): string {
    return this.element().textContent.replace(/\s+/g, ' ');
  }

  /** Each row of a table's body, its cells' texts with a bar between them. */
  rows(table: string): string[] {
    return [...this.element().querySelectorAll(`${table} tbody tr`)].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()).join(' | '),
    );
  }

  async press(label: string): Promise<void> {
    await this.pressIn(this.element(), label);
  }

  /** Presses a button of the dialog that is open. */
  async confirm(label: string): Promise<void> {
    const dialog = this.dialog();
    if (dialog === null) throw new Error('No dialog is open');
    await this.pressIn(dialog, label);
  }

  /** Presses an item of the menu that is open. */
  async choose(item: string): Promise<void> {
    await this.pressIn(document.querySelector('.mat-mdc-menu-panel')!, item);
  }

  /** The dialog that is open. */
  dialog(): Element | null {
    return document.querySelector('mat-dialog-container, dialog[open]');
  }

  private async pressIn(area: Element, label: string): Promise<void> {
    const buttons = [...area.querySelectorAll('button')];
    const name = (button: HTMLButtonElement) =>
      button.getAttribute('aria-label') ?? button.textContent.trim();
    const found = buttons.find((button) => name(button) === label);
    if (found === undefined)
      throw new Error(`No button ${label}; there are: ${buttons.map(name).join(', ')}`);
    found.click();
    await this.settle();
  }

  element(): HTMLElement {
    return this.harness.fixture.nativeElement as HTMLElement;
  }
}
