/** A file that an administrator has written cannot be used. The message says where and why. */
export class ConfigurationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ConfigurationError";
  }
}

export function refuse(path: string, why: string): never {
  throw new ConfigurationError(`${path}: ${why}`);
}
