/** A thing of Keystone's, by id or by name. */
export type Reference = { id: string } | { name: string };

/** A user or project that is known by name needs the domain it is in. */
export type DomainReference = Reference;

export type Authentication =
  | {
      method: 'password';
      user: Reference;
      /** For a user by name. */
      userDomain?: DomainReference;
      password: string;
      project: Reference;
      /** For a project by name. */
      projectDomain?: DomainReference;
    }
  | {
      method: 'application-credential';
      credential: Reference;
      secret: string;
      /** For a credential by name: whose it is. */
      user?: Reference;
      userDomain?: DomainReference;
    };

/** How a cloud is reached, and as whom. */
export interface OpenStackCredentials {
  /** Keystone's URL, with or without `/v3`. */
  authUrl: string;
  authentication: Authentication;
  /** Which region's endpoints are taken; absent: the catalog's only one. */
  region?: string;
  interface: 'public' | 'internal' | 'admin';
  /** PEM certificates that are trusted instead of Node's own. */
  ca?: string;
  /** Takes any certificate. */
  insecure: boolean;
  /** Where each came from, as a person finds it: `OS_PASSWORD`, or `auth.password of cloud lab in /etc/…/clouds.yaml`. */
  origin: CredentialsOrigin;
}

export interface CredentialsOrigin {
  authUrl: string;
  /** All that Keystone judges together, as it does not say which of them is wrong. */
  login: string;
  region: string;
  interface: string;
  tls: string;
}
