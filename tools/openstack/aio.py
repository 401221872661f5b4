"""identity | listening QUEUE... | ready | resources: what `up` asks of the services."""
import calendar, json, os, sys, time, urllib.error, urllib.request

K, C, N = 'http://127.0.0.1:5000/v3', 'http://127.0.0.1:8774/v2.1', 'http://127.0.0.1:9696/v2.0'
PASS, REGION, CIDR, POOL = (os.environ['AIO_' + v] for v in ('PASS', 'REGION', 'CIDR', 'POOL'))
TENANTS = ('images', 'images2')  # a project and a user of the same name each, for tests that want two clouds
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
token = None


def call(method, url, body=None, ok=()):
    headers = {'Content-Type': 'application/json', 'Accept': 'application/json'}
    if token:
        headers['X-Auth-Token'] = token
    req = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, headers, method=method)
    try:
        with opener.open(req, timeout=60) as r:
            data = r.read()
            return (json.loads(data) if data else {}), r.headers
    except urllib.error.HTTPError as e:
        if e.code in ok:
            return None, e.headers
        sys.exit('%s %s: %s %s' % (method, url, e.code, e.read().decode(errors='replace')))


def login():
    global token
    token = None
    _, h = call('POST', K + '/auth/tokens', {'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {
            'name': 'admin', 'domain': {'id': 'default'}, 'password': PASS}}},
        'scope': {'project': {'name': 'admin', 'domain': {'id': 'default'}}}}})
    token = h['X-Subject-Token']


def ensure(base, plural, single, match, extra=None):
    found = call('GET', '%s/%s?%s' % (base, plural, '&'.join('%s=%s' % i for i in match.items())))[0][plural]
    if found:
        return found[0]['id']
    return call('POST', '%s/%s' % (base, plural), {single: {**match, **(extra or {})}})[0][single]['id']


def identity():
    role = {r['name']: r['id'] for r in call('GET', K + '/roles')[0]['roles']}
    dom = {'domain_id': 'default'}
    service = ensure(K, 'projects', 'project', {'name': 'service', **dom})
    tenants = {name: ensure(K, 'projects', 'project', {'name': name, **dom}) for name in TENANTS}
    for name, project, roles in [(n, service, ('admin', 'service')) for n in ('glance', 'nova', 'placement', 'neutron')] + \
            [(name, project, ('member',)) for name, project in tenants.items()]:
        user = ensure(K, 'users', 'user', {'name': name, **dom}, {'password': PASS})
        for r in roles:
            if r not in role:
                role[r] = ensure(K, 'roles', 'role', {'name': r})
            call('PUT', '%s/projects/%s/users/%s/roles/%s' % (K, project, user, role[r]))
    for name, kind, url in (('glance', 'image', 'http://127.0.0.1:9292'), ('nova', 'compute', C),
                            ('placement', 'placement', 'http://127.0.0.1:8778'),
                            ('neutron', 'network', 'http://127.0.0.1:9696')):
        sid = ensure(K, 'services', 'service', {'name': name, 'type': kind})
        for interface in ('public', 'internal', 'admin'):
            ensure(K, 'endpoints', 'endpoint', {'service_id': sid, 'interface': interface}, {'url': url, 'region_id': REGION})


def listening():
    """Waits until someone reads each of the named queues."""
    import amqp  # oslo.messaging's own dependency
    left = sys.argv[2:]
    for _ in range(600):
        try:
            with amqp.Connection('127.0.0.1:' + os.environ['AIO_MQPORT']) as c:
                while left and c.channel().queue_declare(left[0], passive=True).consumer_count:
                    left.pop(0)
        except (OSError, amqp.exceptions.AMQPError):
            pass
        if not left:
            return
        time.sleep(0.2)
    sys.exit('nobody reads ' + ', '.join(left))


def ready():
    """Waits for a heartbeat of each daemon since it started, and for the network's DHCP."""
    def stamp(s):
        return calendar.timegm(time.strptime(s[:19].replace('T', ' '), '%Y-%m-%d %H:%M:%S')) if s else 0
    def started(name):
        try:
            return os.stat(os.path.join(os.environ['AIO_DIR'], 'run', name + '.pid')).st_mtime
        except FileNotFoundError:
            return float('inf')
    def running(name):
        with open(os.path.join(os.environ['AIO_DIR'], 'run', name + '.pid')) as f:
            pid = f.read().split()[0]
        try:
            with open('/proc/%s/stat' % pid) as f:
                return f.read().rpartition(') ')[2][0] not in 'ZX'
        except FileNotFoundError:
            return False
    def dhcp():  # its port is bound and dnsmasq runs
        ports = call('GET', '%s/ports?network_id=%s&device_owner=network:dhcp' % (N, sys.argv[2]))[0]['ports']
        return 'ACTIVE' in [p['status'] for p in ports] and \
            os.path.exists(os.path.join(os.environ['AIO_DIR'], 'neutron/dhcp', sys.argv[2], 'pid'))
    def schedule():  # neutron gives a network that came before the agent's first heartbeat to nobody
        agents = call('GET', N + '/agents?binary=neutron-dhcp-agent')[0]['agents']
        for agent in agents:
            hosted = call('GET', '%s/agents/%s/dhcp-networks' % (N, agent['id']))[0]['networks']
            if agent['alive'] and not hosted:
                call('POST', '%s/agents/%s/dhcp-networks' % (N, agent['id']), {'network_id': sys.argv[2]}, ok=(409,))
    want = ['nova-compute', 'nova-conductor', 'nova-scheduler', 'neutron-linuxbridge-agent', 'neutron-dhcp-agent']
    for _ in range(240):
        seen = {s['binary']: stamp(s['updated_at']) for s in call('GET', C + '/os-services')[0]['services'] if s['state'] == 'up' and s['status'] == 'enabled'}
        seen.update((a['binary'], stamp(a['heartbeat_timestamp'])) for a in call('GET', N + '/agents')[0]['agents'] if a['alive'])
        late = [w for w in want if seen.get(w, 0) < int(started(w))]
        if not late and not dhcp():
            schedule()
            late = ['neutron-dhcp-agent']
        if not late:
            return
        for w in late:
            if not running(w):
                sys.exit(w + ' has ended')
        time.sleep(0.5)
    sys.exit('not ready: %s' % ', '.join(late))


def resources():
    flavors = call('GET', C + '/flavors')[0]['flavors']
    fid = next((f['id'] for f in flavors if f['name'] == 'm1.tiny'), None) or call('POST', C + '/flavors', {
        'flavor': {'name': 'm1.tiny', 'vcpus': 1, 'ram': 1024, 'disk': 5}})[0]['flavor']['id']
    project = ensure(K, 'projects', 'project', {'name': TENANTS[0], 'domain_id': 'default'})
    net = ensure(N, 'networks', 'network', {'name': 'images', 'tenant_id': project}, {
        'provider:network_type': 'flat', 'provider:physical_network': 'physnet1'})
    # shared: a physical network takes one flat network, so the second project's servers sit on this one too
    call('PUT', '%s/networks/%s' % (N, net), {'network': {'shared': True}})
    first, last = POOL.split('-')
    # no gateway, no name servers: a server reaches this machine and its neighbours only
    ensure(N, 'subnets', 'subnet', {'name': 'images', 'network_id': net}, {
        'tenant_id': project, 'ip_version': 4, 'cidr': CIDR, 'gateway_ip': None,
        'allocation_pools': [{'start': first, 'end': last}]})
    print('FLAVOR_ID=%s\nNETWORK_ID=%s' % (fid, net))


if sys.argv[1] != 'listening':
    login()
{'identity': identity, 'listening': listening, 'ready': ready, 'resources': resources}[sys.argv[1]]()
