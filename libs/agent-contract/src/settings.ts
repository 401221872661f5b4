/** Where cloud-init puts the agent's settings; a tmpfs, so that no disk keeps the token. */
export const AGENT_SETTINGS_PATH = '/run/image-manager/agent.json';

/** Name in the manager's certificate; the agent verifies it whatever address it dials. */
export const MANAGER_TLS_NAME = 'image-manager';

/** What a test server's user-data tells the agent. */
export interface AgentSettings {
  /** host:port of the manager's gRPC port as this server reaches it. */
  managerAddress: string;
  /** Made for this server alone. */
  token: string;
  buildId: number;
  /** The manager's certificate, PEM; the only trust root. */
  certificate: string;
  /** Key for the report on the serial console (hex); differs from the token. */
  consoleKey: string;
  /** sha512 of the image under test, hex. */
  imageChecksum: string;
}

const HEADER = '#cloud-config\n';

/**
 * User-data that both cloud-init and the agent understand: a cloud-config (JSON is YAML) whose write_files entry holds
 * the settings. The agent reads the config drive itself and does not depend on cloud-init.
 */
export function encodeUserData(settings: AgentSettings): string {
  const file = {
    path: AGENT_SETTINGS_PATH,
    permissions: '0600',
    content: JSON.stringify(settings),
  };
  return `${HEADER}${JSON.stringify({ write_files: [file] })}\n`;
}

/**
 * The settings in a user-data document, or undefined where it holds none.
 *
 * @throws SyntaxError when it is ours but damaged.
 */
export function decodeUserData(userData: string): AgentSettings | undefined {
  if (!userData.startsWith(HEADER) || !userData.includes(AGENT_SETTINGS_PATH)) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(userData.slice(HEADER.length));
  } catch {
    return undefined;
  }
  const files = (document as { write_files?: { path?: unknown; content?: unknown }[] }).write_files;
  const file = Array.isArray(files) ? files.find((entry) => entry.path === AGENT_SETTINGS_PATH) : undefined;
  if (typeof file?.content !== 'string') return undefined;
  return parseAgentSettings(file.content);
}

/** @throws SyntaxError naming the field that is missing or of the wrong type. */
export function parseAgentSettings(text: string): AgentSettings {
  const value = JSON.parse(text) as Record<string, unknown>;
  for (const field of ['managerAddress', 'token', 'certificate', 'consoleKey', 'imageChecksum'] as const) {
    if (typeof value[field] !== 'string' || value[field] === '') {
      throw new SyntaxError(`agent settings: ${field} must be a non-empty string`);
    }
  }
  if (!Number.isSafeInteger(value['buildId'])) {
    throw new SyntaxError('agent settings: buildId must be an integer');
  }
  return value as unknown as AgentSettings;
}
