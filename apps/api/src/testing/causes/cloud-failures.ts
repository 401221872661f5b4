import {
  reset,
  respond,
  respondEarly,
  rewrite,
  stall,
  to,
  type Effect,
  type StandIn,
} from '@image-manager/cloud-openstack/testing';

const LOGIN = to('POST', /\/auth\/tokens$/);
const NETWORKS = to('GET', /\/networks$/);
const CREATE_IMAGE = to('POST', /\/images$/);
const READ_IMAGE = to('GET', /\/images\/[^/]+$/);
const UPLOAD = to('PUT', /\/images\/[^/]+\/file$/);
const CREATE_SERVER = to('POST', /\/servers$/);
const READ_CONSOLE = to('POST', /\/servers\/[^/]+\/action$/);
const PROMOTE = to('PATCH', /\/images\/[^/]+$/);

const REQUEST = { 'x-openstack-request-id': 'req-5f1c' };

type Failure = (cloud: StandIn) => void;

const glanceSays = (status: number, sentence: string): Effect =>
  respond(status, `<html><body><h1>${status}</h1>${sentence}<br /></body></html>`, REQUEST);
const novaSays = (status: number, name: string, message: string): Effect =>
  respond(status, { [name]: { code: status, message } }, REQUEST);

/** The catalog names another address of Glance. */
const glanceAt =
  (url: string): Failure =>
  (cloud) => {
    cloud.fault({
      match: LOGIN,
      effect: rewrite((answer) => ({
        ...answer,
        body: answer.body.replaceAll(/"http:[^"]+\/image"/g, JSON.stringify(url)),
      })),
    });
    cloud.revokeTokens();
  };

/** Before anything is made. */
export const PREFLIGHT_FAILURES: Record<string, Failure> = {
  'server-quota': (cloud) => {
    cloud.settings.quota = { servers: 0, cores: 20, memoryMb: 51_200 };
  },
  'image-quota': (cloud) => {
    cloud.settings.imageQuota = { count: cloud.images().length, sizeMiB: 100_000 };
  },
  'flavor-unknown': (cloud) => {
    cloud.fault({ match: to('GET', /\/flavors\/detail$/), effect: respond(200, { flavors: [] }) });
  },
  'network-unknown': (cloud) => {
    cloud.fault({ match: NETWORKS, effect: respond(200, { networks: [] }) });
  },
  'nova-missing': (cloud) => {
    cloud.settings.services = ['image', 'network'];
    cloud.revokeTokens();
  },
  'glance-down': glanceAt('http://127.0.0.1:1/image'),
  // No host has this address, so that the kernel knows no way there, whatever network the machine is in.
  'network-unreachable': glanceAt('http://255.255.255.255:9292/image'),
};

export const UPLOAD_FAILURES: Record<string, Failure> = {
  'image-refused': (cloud) => {
    cloud.fault({
      match: CREATE_IMAGE,
      effect: glanceSays(403, 'You are not authorized to complete add_image action.'),
    });
  },
  'storage-quota': (cloud) => {
    cloud.fault({
      match: UPLOAD,
      effect: glanceSays(
        413,
        'Image exceeds the storage quota: The size of the data 355467264 will exceed the limit. 104857600 bytes remaining.',
      ),
    });
  },
  'image-too-large': (cloud) => {
    cloud.fault({
      match: UPLOAD,
      effect: respondEarly(
        413,
        '<html><head><title>413 Request Entity Too Large</title></head><body><h1>413 Request Entity Too Large</h1><hr>nginx/1.22.1</body></html>',
      ),
    });
  },
  'glance-overloaded': (cloud) => {
    cloud.fault({ match: CREATE_IMAGE, effect: glanceSays(503, 'The server is currently unavailable.') });
  },
  'upload-broken-off': (cloud) => {
    cloud.fault({ match: UPLOAD, effect: reset(1000) });
  },
  'upload-stalled': (cloud) => {
    cloud.fault({ match: UPLOAD, effect: stall() });
  },
  'image-killed': (cloud) => {
    cloud.settings.statusAfterUpload = 'killed';
  },
  'bytes-changed': (cloud) => {
    cloud.fault({
      match: READ_IMAGE,
      effect: rewrite((answer) => ({
        ...answer,
        body: answer.body.replace(/("os_hash_value":\s*")[0-9a-f]{128}/, `$1${'0'.repeat(128)}`),
      })),
    });
  },
};

const fault =
  (words: string): Failure =>
  (cloud) => {
    cloud.settings.serverFault = words;
  };
/** A server that is active at once and says this on its console, and whose agent is silent. */
const console =
  (text: string): Failure =>
  (cloud) => {
    cloud.settings.pollsUntilActive = 0;
    cloud.settings.console = text;
  };

export const BOOT_FAILURES: Record<string, Failure> = {
  'server-quota-at-nova': (cloud) => {
    cloud.fault({
      match: CREATE_SERVER,
      effect: novaSays(
        403,
        'forbidden',
        'Quota exceeded for cores: Requested 1, but already used 20 of 20 cores',
      ),
    });
  },
  'flavor-disk-too-small': (cloud) => {
    cloud.fault({
      match: CREATE_SERVER,
      effect: novaSays(
        400,
        'badRequest',
        "Flavor's disk is too small for requested image. Flavor disk is 1073741824 bytes, image is 2147483648 bytes.",
      ),
    });
  },
  'nova-fails': (cloud) => {
    cloud.fault({
      match: CREATE_SERVER,
      effect: novaSays(
        500,
        'computeFault',
        "Unexpected API Error. <class 'oslo_messaging.exceptions.MessagingTimeout'>",
      ),
    });
  },
  'no-valid-host': fault('No valid host was found. There are not enough hosts available.'),
  'no-free-address': fault(
    'Build of instance aborted: Failed to allocate the network(s) with error No fixed IP addresses available for network: private, not rescheduling.',
  ),
  'host-fails': fault('internal error: qemu unexpectedly closed the monitor'),
  'server-never-active': (cloud) => {
    cloud.settings.pollsUntilActive = Infinity;
  },
  'server-stops': (cloud) => {
    cloud.settings.pollsUntilActive = 0;
    cloud.fault({
      match: READ_CONSOLE,
      effect: async (_exchange, handle) => {
        await handle();
        for (const server of cloud.servers()) server.status = 'SHUTOFF';
      },
    });
  },
  'console-empty': console(''),
  'no-boot-loader': console('SeaBIOS (version 1.16.2)\nBooting from Hard Disk...\nNo bootable device.\n'),
  'kernel-panic': console(
    '[    1.204381] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n',
  ),
  'agent-silent': console('[    3.1] systemd[1]: Reached target multi-user.target.\ndebian login: \n'),
};

/** After a report in which all is well. */
export const PROMOTION_FAILURES: Record<string, Failure> = {
  'promotion-refused': (cloud) => {
    cloud.fault({
      match: PROMOTE,
      effect: glanceSays(403, 'You are not authorized to complete publicize_image action.'),
    });
  },
};

/** Keystone is asked no more for a while after this. */
export const refuseLogins: Failure = (cloud) => {
  const message = 'The request you have made requires authentication.';
  cloud.fault({ match: LOGIN, effect: respond(401, { error: { code: 401, message } }, REQUEST) });
  cloud.revokeTokens();
};
