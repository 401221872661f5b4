import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, RouterOutlet } from '@angular/router';
import { PageFocus } from './page-focus';

@Component({ template: '<a href="/elsewhere">A link</a>' })
class Page {}

@Component({
  imports: [RouterOutlet],
  template: '<a class="tab" href="/b">A tab</a><main id="content" tabindex="-1"><router-outlet /></main>',
})
class Frame {}

async function openAt(url: string) {
  const page = { component: Page };
  TestBed.configureTestingModule({
    providers: [provideRouter([{ path: 'a', ...page }, { path: 'b/:id', ...page }])], // prettier-ignore
  });
  TestBed.inject(PageFocus);
  const fixture = TestBed.createComponent(Frame);
  const go = async (to: string) => {
    await TestBed.inject(Router).navigateByUrl(to);
    await fixture.whenStable();
  };
  await go(url);
  const find = (selector: string) =>
    (fixture.nativeElement as HTMLElement).querySelector<HTMLElement>(selector)!;
  return { go, find };
}

describe('PageFocus', () => {
  it('goes on at the content when what held the focus went with the page', async () => {
    const { go, find } = await openAt('/a');
    expect(document.activeElement).toBe(document.body);
    find('main a').focus();
    await go('/b/1');
    expect(document.activeElement).toBe(find('main'));
  });

  it('does so from one build to the next', async () => {
    const { go, find } = await openAt('/b/1');
    find('main a').focus();
    await go('/b/2');
    expect(document.activeElement).toBe(find('main'));
  });

  it('leaves it on a tab, and where it is while only the view of a page changes', async () => {
    const { go, find } = await openAt('/a');
    find('.tab').focus();
    await go('/b/1');
    expect(document.activeElement).toBe(find('.tab'));
    find('main a').focus();
    await go('/b/1?q=error#L12');
    expect(document.activeElement).toBe(find('main a'));
  });
});
