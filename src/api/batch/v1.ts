export * from "./v1/cron-job.ts";
export * from "./v1/job.ts";
