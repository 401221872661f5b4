import { TestBed } from '@angular/core/testing';
import { Session } from '../api/session';
import { FakeSocket } from '../testing/fake-socket';
import { Live, LIVE_SOCKET } from './live';

describe('Live', () => {
  let socket: FakeSocket;
  let live: Live;

  beforeEach(() => {
    jest.useFakeTimers();
    socket = new FakeSocket();
    TestBed.configureTestingModule({
      providers: [{ provide: LIVE_SOCKET, useValue: socket.asLiveSocket() }],
    });
    live = TestBed.inject(Live);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('goes from connecting over live to reconnecting and offline, and back', () => {
    expect(live.state()).toBe('connecting');
    socket.open();
    expect(live.state()).toBe('live');
    socket.lose();
    expect(live.state()).toBe('reconnecting');
    jest.advanceTimersByTime(15_000);
    expect(live.state()).toBe('offline');
    socket.serve('connect_error', new Error('refused'));
    expect(live.state()).toBe('offline');
    socket.open();
    expect(live.state()).toBe('live');
  });

  it('asks by itself where socket.io gives up: after the server closed the connection', () => {
    const connect = jest.spyOn(socket, 'connect');
    socket.open();
    socket.active = false;
    socket.lose('io server disconnect');
    expect(connect).not.toHaveBeenCalled();
    jest.advanceTimersByTime(3_000);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('knows that the server was stopped, until it is there again', () => {
    socket.open();
    socket.serve('closing', { code: 'STOPPING', message: 'Image Manager is stopping.' });
    socket.lose('io server disconnect');
    expect(live.stopped()).toBe(true);
    socket.open();
    expect(live.stopped()).toBe(false);
  });

  it('notices that the handshake is refused because of the password', () => {
    socket.serve('connect_error', new Error('xhr poll error'));
    expect(TestBed.inject(Session).refused()).toBe(false);
    socket.serve('connect_error', new Error('UNAUTHORIZED'));
    expect(TestBed.inject(Session).refused()).toBe(true);
  });

  it('tells watchers about a reconnect, not about the first connection', () => {
    const reconnect = jest.fn();
    TestBed.runInInjectionContext(() => {
      live.watch({ reconnect });
    });
    socket.open();
    expect(reconnect).not.toHaveBeenCalled();
    socket.lose();
    socket.open();
    expect(reconnect).toHaveBeenCalledTimes(1);
  });
});
