import type { ManagerCertificate } from './certificate.js';

/** The certificate that the gRPC server shows and user-data carries. */
export class ManagerIdentity {
  constructor(readonly certificate: ManagerCertificate) {}
}
