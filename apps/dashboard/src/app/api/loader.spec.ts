import { Subject } from 'rxjs';
import { Loader } from './loader';
import { ApiError } from './problem';
import { problem } from '../testing/fixtures';

function setUp() {
  const requests: Subject<string>[] = [];
  const loader = new Loader(() => {
    const request = new Subject<string>();
    requests.push(request);
    return request;
  });
  const answer = (index: number, text: string) => {
    requests[index]?.next(text);
    requests[index]?.complete();
  };
  return { requests, loader, answer };
}

describe('Loader', () => {
  it('keeps the data while it refreshes and when a refresh fails', () => {
    const { requests, loader, answer } = setUp();
    loader.refresh();
    expect(loader.loading()).toBe(true);
    answer(0, 'first');
    loader.refresh();
    expect(loader.data()).toBe('first');
    requests[1]?.error(new ApiError(problem));
    expect(loader.data()).toBe('first');
    expect(loader.problem()).toBe(problem);
    loader.refresh();
    answer(2, 'second');
    expect(loader.data()).toBe('second');
    expect(loader.problem()).toBeUndefined();
  });

  it('makes one more request for all refreshes that come during a request', () => {
    const { requests, loader, answer } = setUp();
    loader.refresh();
    loader.refresh();
    loader.refresh();
    expect(requests).toHaveLength(1);
    answer(0, 'old');
    expect(requests).toHaveLength(2);
    answer(1, 'new');
    expect(requests).toHaveLength(2);
    expect(loader.data()).toBe('new');
  });

  it('drops the answer to an outdated question', () => {
    const { loader, answer } = setUp();
    loader.refresh();
    loader.restart();
    answer(0, 'outdated');
    expect(loader.data()).toBeUndefined();
    answer(1, 'asked');
    expect(loader.data()).toBe('asked');
  });
});
