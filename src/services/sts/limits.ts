/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/ */
export const ROLE_SESSION_SECONDS_DEFAULT = 3600;
/** A role that a role assumes is held no longer, whatever it allows. */
export const CHAINED_SESSION_SECONDS_MAX = 3600;
export const ROOT_SESSION_SECONDS_MAX = 3600;
export const SESSION_TAGS_MAX = 50;
/** How long an ended session is remembered, so that its holder is told that it has ended. */
export const ENDED_SESSION_KEPT_MS: number = 24 * 60 * 60 * 1000;
