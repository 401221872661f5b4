import { runAgent, type AgentOptions } from './agent.js';
import type { CheckDefinition } from './checks/check.js';
import type { CheckRun } from './checks/run-checks.js';
import { ManagerConnection, RefusedError } from './manager/connection.js';
import { Guest } from './testing/guest.js';
import { makeCertificate, PROTO_TEXT, TestManager, type Certificate } from './testing/test-manager.js';

const passing: CheckDefinition = {
  name: 'system.os-release',
  limitMs: 1_000,
  when: 'at-once',
  run: ({ expectations }) =>
    Promise.resolve({
      status: 'pass',
      reason: `expects ${expectations?.osId ?? 'nothing'}`,
      figure: '1',
      unit: 'it',
    }),
};

let certificate: Certificate;
let guest: Guest;
const closing: (() => void)[] = [];

beforeAll(async () => {
  certificate = await makeCertificate();
  guest = await Guest.make();
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
afterAll(() => guest.remove());

async function manager(options: Partial<Parameters<typeof TestManager.start>[0]> = {}): Promise<TestManager> {
  const started = await TestManager.start({ certificate, ...options });
  closing.push(() => {
    started.stop();
  });
  return started;
}

function agent(
  settings: AgentOptions['settings'],
  changes: Partial<AgentOptions> = {},
): AgentOptions & { lines: string[]; printed: CheckRun[] } {
  const connection = new ManagerConnection(settings, PROTO_TEXT);
  closing.push(() => {
    connection.close();
  });
  const lines: string[] = [];
  const printed: CheckRun[] = [];
  return {
    host: guest.host,
    manager: connection,
    settings,
    server: { serverId: 'server-1', publicKeys: [] },
    nonce: 'f'.repeat(32),
    version: '1.2.3',
    checks: [passing],
    log: (line) => lines.push(line),
    connectWindowMs: 10_000,
    backoff: { firstMs: 50, maxMs: 200 },
    printOnConsole: (run) => {
      printed.push(run);
      return Promise.resolve();
    },
    lines,
    printed,
    ...changes,
  };
}

async function freePort(): Promise<number> {
  const taken = await TestManager.start({ certificate });
  taken.stop();
  return taken.port;
}

describe('runAgent', () => {
  it('registers, streams what it finds and reports', async () => {
    const it = await manager({
      expectations: { osId: 'debian' },
      instructions: [{ instruction: 'INSTRUCTION_SHUTDOWN' }],
    });

    await expect(runAgent(agent(it.settings()))).resolves.toBe('shutdown');

    expect(it.registrations).toEqual([
      {
        nonce: 'f'.repeat(32),
        agentVersion: '1.2.3',
        bootId: '5f0c4a43-9d6b-4e1b-8d61-6a1f5f3c2b10',
        serverId: 'server-1',
      },
    ]);
    expect(it.findings).toEqual([
      expect.objectContaining({
        check: expect.objectContaining({ name: 'system.os-release', status: 'CHECK_STATUS_PASS' }) as object,
      }),
    ]);
    expect(it.reports).toHaveLength(1);
    expect(it.reports[0]).toMatchObject({
      nonce: 'f'.repeat(32),
      kernelRelease: '6.1.0-28-cloud-amd64',
      checks: [
        {
          name: 'system.os-release',
          status: 'CHECK_STATUS_PASS',
          reason: 'expects debian',
          figure: '1',
          unit: 'it',
        },
      ],
    });
  });

  it('waits for a manager that appears later', async () => {
    const port = await freePort();
    const options = agent({ ...(await manager()).settings(), managerAddress: `127.0.0.1:${port}` });
    const running = runAgent(options);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const late = await manager({ port });

    await expect(running).resolves.toBe('keep');
    expect(late.reports).toHaveLength(1);
    expect(options.lines.some((line) => line.startsWith('try 1:'))).toBe(true);
  });

  it('talks to nobody whose certificate is not the one in the settings', async () => {
    const impostor = await manager({ certificate: await makeCertificate() });
    const options = agent(impostor.settings({ certificate: certificate.cert }), { connectWindowMs: 800 });

    await expect(runAgent(options)).resolves.toBe('unreachable');
    expect(impostor.registrations).toHaveLength(0);
    expect(impostor.refusals).toBe(0);
  });

  it('talks to nobody whose certificate bears another name', async () => {
    const other = await makeCertificate('somebody-else');
    const impostor = await manager({ certificate: other });
    const options = agent(impostor.settings(), { connectWindowMs: 800 });

    await expect(runAgent(options)).resolves.toBe('unreachable');
    expect(impostor.registrations).toHaveLength(0);
  });

  it('stops at once when the token is refused', async () => {
    const it = await manager();

    await expect(runAgent(agent(it.settings({ token: 'wrong' })))).rejects.toThrow(RefusedError);
    expect(it.refusals).toBe(1);
    expect(it.reports).toHaveLength(0);
  });

  it('checks again when the manager wants that, and registers with the same nonce', async () => {
    const it = await manager({
      instructions: [
        { instruction: 'INSTRUCTION_RETRY', retryAfterSeconds: 1 },
        { instruction: 'INSTRUCTION_KEEP' },
      ],
    });
    const started = performance.now();

    await expect(runAgent(agent(it.settings()))).resolves.toBe('keep');
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(it.reports).toHaveLength(2);
    expect(new Set(it.registrations.map(({ nonce }) => nonce)).size).toBe(1);
  });

  it('keeps the server on an instruction it does not know', async () => {
    const it = await manager({ instructions: [{ instruction: 'INSTRUCTION_UNSPECIFIED' }] });

    await expect(runAgent(agent(it.settings()))).resolves.toBe('keep');
  });

  it('reports although the findings stream breaks', async () => {
    const it = await manager({ breakStreamAfter: 1 });
    const checks = ['a', 'b', 'c'].map((name) => ({ ...passing, name }));

    await expect(runAgent(agent(it.settings(), { checks }))).resolves.toBe('keep');
    expect(it.reports[0]?.checks).toHaveLength(3);
  });

  it('hands the same report in again until it is taken', async () => {
    const it = await manager({ unavailableReports: 2 });

    await expect(runAgent(agent(it.settings()))).resolves.toBe('keep');
    expect(it.reports).toHaveLength(3);
    expect(it.reports[2]).toEqual(it.reports[0]);
  });

  it('prints its report on the console when no manager is reached', async () => {
    const settings = { ...(await manager()).settings(), managerAddress: `127.0.0.1:${await freePort()}` };
    const options = agent(settings, { connectWindowMs: 300 });

    await expect(runAgent(options)).resolves.toBe('unreachable');
    expect(options.printed[0]?.results).toEqual([
      expect.objectContaining({ name: 'system.os-release', reason: 'expects nothing' }),
    ]);
  });

  it('reports a check that does not end as failed', async () => {
    const it = await manager();
    const stuck: CheckDefinition = {
      name: 'disk.write',
      limitMs: 200,
      when: 'after-boot',
      run: () => new Promise(() => {}),
    };

    await expect(runAgent(agent(it.settings(), { checks: [passing, stuck] }))).resolves.toBe('keep');
    expect(it.reports[0]?.checks).toEqual([
      expect.objectContaining({ name: 'system.os-release', status: 'CHECK_STATUS_PASS' }),
      expect.objectContaining({
        name: 'disk.write',
        status: 'CHECK_STATUS_FAIL',
        reason: 'not done within 0.2 s',
      }),
    ]);
  });
});
