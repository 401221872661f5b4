declare module '*.proto' {
  const text: string;
  export default text;
}

/** The product's version; esbuild puts it in. */
declare const AGENT_VERSION: string;
