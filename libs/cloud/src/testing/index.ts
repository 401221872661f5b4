export { describeCloudContract } from './cloud-contract.js';
export type { CloudContractSubject } from './contract-subject.js';
