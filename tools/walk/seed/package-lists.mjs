const NAMES =
  `adduser apt apt-utils base-files base-passwd bash bsdutils ca-certificates chrony cloud-guest-utils cloud-init
cloud-initramfs-growroot coreutils cron curl dash dbus debconf debian-archive-keyring debianutils dhcpcd-base diffutils dirmngr dmsetup
dosfstools dpkg e2fsprogs ethtool eject fdisk file findutils gcc-12-base gdisk gettext-base gnupg gpg gpg-agent gpgv grep groff-base
grub-common grub-pc grub-pc-bin grub2-common gzip hostname ifupdown init init-system-helpers initramfs-tools initramfs-tools-core iproute2
iptables iputils-ping isc-dhcp-client klibc-utils kmod krb5-locales less libacl1 libapparmor1 libapt-pkg6.0 libargon2-1 libattr1
libaudit-common libaudit1 libblkid1 libbpf1 libbrotli1 libbz2-1.0 libc-bin libc-l10n libc6 libcap-ng0 libcap2 libcap2-bin libcom-err2
libcrypt1 libcryptsetup12 libcurl4 libdb5.3 libdbus-1-3 libdebconfclient0 libdevmapper1.02.1 libedit2 libefiboot1 libefivar1 libelf1
libexpat1 libext2fs2 libfdisk1 libffi8 libfido2-1 libfuse3-3 libgcc-s1 libgcrypt20 libglib2.0-0 libgmp10 libgnutls30 libgpg-error0
libgssapi-krb5-2 libhogweed6 libidn2-0 libip4tc2 libjson-c5 libk5crypto3 libkeyutils1 libklibc libkmod2 libkrb5-3 libldap-2.5-0 liblz4-1
liblzma5 libmagic1 libmnl0 libmount1 libncursesw6 libnettle8 libnewt0.52 libnftables1 libnftnl11 libnghttp2-14 libnpth0 libnss-systemd
libp11-kit0 libpam-modules libpam-runtime libpam-systemd libpam0g libparted2 libpcre2-8-0 libpopt0 libproc2-0 libpsl5 libpython3-stdlib
libreadline8 librtmp1 libsasl2-2 libseccomp2 libselinux1 libsemanage2 libsepol2 libslang2 libsmartcols1 libsqlite3-0 libss2 libssh2-1
libssl3 libstdc++6 libsystemd-shared libsystemd0 libtasn1-6 libtinfo6 libtirpc3 libudev1 libunistring2 libuuid1 libwrap0 libxtables12
libxxhash0 libyaml-0-2 libzstd1 linux-base linux-image-6.1.0-41-cloud-amd64 linux-image-cloud-amd64 locales login logrotate logsave lsb-release
man-db mawk media-types mount nano ncurses-base ncurses-bin netbase netcat-openbsd netplan.io nftables openssh-client openssh-server
openssh-sftp-server openssl parted passwd pci.ids pciutils perl-base pinentry-curses procps psmisc python-apt-common python3
python3-attr python3-blinker python3-certifi python3-cffi-backend python3-chardet python3-configobj python3-cryptography python3-idna
python3-jinja2 python3-json-pointer python3-jsonpatch python3-jsonschema python3-jwt python3-markupsafe python3-minimal python3-netifaces
python3-oauthlib python3-pkg-resources python3-requests python3-serial python3-six python3-urllib3 python3-yaml qemu-guest-agent
readline-common rsync screen sed sensible-utils sgml-base socat sudo systemd systemd-resolved systemd-sysv systemd-timesyncd sysvinit-utils
tar tcpdump traceroute tzdata ucf udev unattended-upgrades util-linux util-linux-extra uuid-runtime vim-common vim-tiny wget whiptail
xkb-data xz-utils zlib1g zstd`.split(/\s+/);

const SECURITY =
  /^(lib(ssl|gnutls|c6|expat|curl|krb5|xml)|openssl|openssh|linux-image|sudo|vim|curl|systemd)/;

/**
 * Package lists of one definition over time: between two builds some packages get a new version, and now and then one comes
 * or goes.
 *
 * @param {ReturnType<typeof import('../../chaos/random.mjs').seeded>} random
 * @param {string} suffix of the distribution's revisions, such as `deb12u`
 */
export function packageHistory(random, suffix) {
  const packages = new Map(NAMES.map((name) => [name, firstVersion(name, random, suffix)]));
  return {
    /** @returns {{ name: string, version: string, architecture: string }[]} */
    next() {
      for (const [name, version] of packages) {
        if (random.chance(SECURITY.test(name) ? 0.12 : 0.012)) packages.set(name, revised(version));
      }
      if (random.chance(0.15)) toggle(packages, 'tmux', '3.3a-3');
      if (random.chance(0.1)) toggle(packages, 'libxml2', '2.9.14+dfsg-1.3');
      return [...packages]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, version]) => ({ name, version, architecture: '' }));
    },
  };
}

function firstVersion(name, random, suffix) {
  const upstream = `${1 + Math.floor(random.next() * 8)}.${Math.floor(random.next() * 40)}.${Math.floor(random.next() * 9)}`;
  return SECURITY.test(name)
    ? `${upstream}-2+${suffix}1`
    : `${upstream}-${1 + Math.floor(random.next() * 5)}`;
}

/** `1.2.3-2+deb12u1` becomes `1.2.3-2+deb12u2`. */
function revised(version) {
  return version.replace(/\d+$/, (number) => String(Number(number) + 1));
}

function toggle(packages, name, version) {
  if (!packages.delete(name)) packages.set(name, version);
}
