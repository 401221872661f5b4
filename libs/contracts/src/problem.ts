/** RFC 9457 problem document; every HTTP error of the API has this form (`application/problem+json`). */
export interface Problem {
  /** `urn:image-manager:problem:<code>`. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Path of the request. */
  instance: string;
  /** Stable code, SCREAMING_SNAKE_CASE. */
  code: string;
  requestId: string;
  /** For 400: what is wrong with which field. */
  errors?: { field: string; message: string }[];
}
