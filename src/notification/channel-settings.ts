/** What is kept of a channel's settings. */
export interface Settled<Config, Secret> {
  /** JSON and pages show it as it is. */
  config: Config;
  /** Encrypted, and shown to nobody. */
  secret: Secret;
  /** A secret that Oju made just now, to be shown this once; null when it made none. */
  made: string | null;
}

/** What settings depend on beside themselves. */
interface SettlingContext {
  now: Date;
  /** Whether owners of platforms are told by mail, so that a mail channel need have no other address. */
  tellsOwner: boolean;
}

/** What the `config` of a kind of channel takes, and what is kept of it. */
export interface ChannelSettings<Config extends object = object, Secret = unknown> {
  /** As JSON and addresses name it, up to 16 ASCII characters. */
  readonly kind: string;
  /** What `config` takes, each field optional: what is absent stays as it is. */
  readonly Dto: new () => object;
  /**
   * The settings as they are to be kept.
   * @param given an instance of the DTO
   * @param before null for a new channel; its secret is null where there is none, or no key opens it
   * @throws ValidationFailed when something is missing
   */
  settle(
    given: object,
    before: { config: Config; secret: Secret | null } | null,
    context: SettlingContext,
  ): Settled<Config, Secret>;
  /** Where it sends to by HTTP; null for a kind that does not. */
  url(config: Config, secret: Secret): string | null;
  /** Whom it mails to; null for a kind that does not. */
  addresses(config: Config): readonly string[] | null;
  /** Every part of the secret, for what takes secrets out of logs. */
  secretTexts(secret: Secret): readonly string[];
}
