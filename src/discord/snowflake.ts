// What Discord's ids say of themselves.
const discordEpoch = 1_420_070_400_000n;

/** A snowflake holds the instant it was made, by Discord's clock; undefined for any other id. */
export function instantOf(id: string): number | undefined {
  return /^\d{17,20}$/.test(id) ? Number((BigInt(id) >> 22n) + discordEpoch) : undefined;
}
