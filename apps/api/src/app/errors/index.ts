export { ClientGone, WhileClientWaits } from './client-gone.js';
export { DomainError } from './domain-error.js';
export { ApiProblems, ProblemDto } from './problem.dto.js';
export { ProblemFilter, sendProblem } from './problem.filter.js';
export { validationPipe } from './validation.pipe.js';
