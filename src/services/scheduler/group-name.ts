/** The group of schedules that name none. */
export const DEFAULT_GROUP = "default";
