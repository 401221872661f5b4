/**
 * Every call to OpenStack that changes something, in its order, by what makes them. The first scenarios of the matrix compare
 * these with what the product really does: a new call has to come into the list, and is struck from then on.
 */
export const WRITES = {
  /** With a current image before it, and a retired one whose time is over. */
  build: [
    'Glance POST /images',
    'Glance PUT /images/*/file',
    'Nova POST /servers',
    'Glance PATCH /images/* show',
    'Glance PATCH /images/* hide',
    'Nova DELETE /servers/*',
    'Glance DELETE /images/*',
  ],
  /** A required check fails. */
  failedBuild: [
    'Glance POST /images',
    'Glance PUT /images/*/file',
    'Nova POST /servers',
    'Nova DELETE /servers/*',
    'Glance DELETE /images/*',
  ],
  rollback: ['Glance PATCH /images/* show', 'Glance PATCH /images/* hide'],
};

/** What is only asked, by who asks it first. */
export const READS = {
  /** With what was left behind looked for. */
  start: [
    'Keystone POST /auth/tokens',
    'Glance GET /',
    'Nova GET /',
    'Neutron GET /',
    'Nova GET /servers/detail',
    'Neutron GET /ports',
  ],
  build: [
    'Nova GET /flavors/*',
    'Nova GET /limits',
    'Glance GET /info/usage',
    'Neutron GET /networks',
    'Glance GET /images/*',
    'Glance GET /images',
    'Nova GET /servers/*',
    'Nova POST /servers/*/action os-getConsoleOutput',
  ],
  /** Who stands on an image that is to go. */
  retention: ['Nova GET /servers'],
};
