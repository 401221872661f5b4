/** @import { Call } from '../cloud-proxy.mjs' */

const TITLES = { identity: 'Keystone', image: 'Glance', compute: 'Nova', network: 'Neutron' };

/**
 * What a call is, without versions, ids and filters: `Glance PATCH /images/* show`.
 *
 * @param {Call} call
 */
export function nameOf(call) {
  const { service, method, path } = call;
  const short = path
    .replace(/\?.*$/, '')
    .replace(/^\/v\d+(\.\d+)?(?=\/|$)/, '')
    .replaceAll(/\/(images|servers|flavors|networks|ports)\/(?!detail)[^/]+/g, '/$1/*')
    .replace(/\/os-quota-sets\/[^/]+/, '/os-quota-sets/*');
  return [TITLES[service], method, short === '' ? '/' : short, purposeOf(call)].filter(Boolean).join(' ');
}

/** Neither a change, nor done with less than one: a login and a look at a console are posted, too. */
export function isRead(name) {
  return / GET /.test(name) || /\/auth\/tokens$|\/action os-getConsoleOutput$/.test(name);
}

/** A change of an image says what it is for, an action what it does. */
function purposeOf({ method, path, body }) {
  if (method === 'PATCH') {
    const hidden = JSON.parse(body).find((operation) => operation.path === '/os_hidden')?.value;
    return hidden === undefined ? '' : hidden ? 'hide' : 'show';
  }
  return path.endsWith('/action') ? Object.keys(JSON.parse(body))[0] : '';
}
