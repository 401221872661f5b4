import type { DistroDefinition } from '@image-manager/contracts';

/** Where the distribution's keyring package puts its keys, and where debootstrap looks for them. */
export function distributionKeyring(family: DistroDefinition['family']): string {
  return `/usr/share/keyrings/${family}-archive-keyring.gpg`;
}

/** How a host gets it. Debian's archive does not carry Ubuntu's keyring, so there it has to be fetched from Ubuntu. */
export function keyringAdvice(family: DistroDefinition['family']): string {
  return family === 'debian'
    ? 'apt-get install debian-archive-keyring'
    : `On Ubuntu: apt-get install ubuntu-keyring. Elsewhere copy ${distributionKeyring(family)} from an Ubuntu machine, and name the copy in DIB_APT_KEYRING.`;
}
