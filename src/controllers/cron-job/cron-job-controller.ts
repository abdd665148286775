/** Makes a Job each time its schedule says so. */
import {
  type batchv1,
  type corev1,
  formatTime,
  ignoreNotFound,
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  resources,
} from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
import { controlledBy, indexByController, isControlledBy, resolveController } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, parseTime, splitKey } from "../support/object.ts";
import { messageOf } from "../support/pod-control.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { finishedType, isJobFinished, jobName, jobsBeyondHistory, newJob } from "./jobs.ts";
import { dueTime, isKnownTimeZone, parseSchedule, type Schedule } from "./schedule.ts";

/** A little after the full minute rather than a little before. */
const afterDueMs = 100;

type Status = batchv1.CronJobStatus;

export class CronJobController extends QueueController {
  readonly #cronJobs: Informer<batchv1.CronJob>;
  readonly #jobs: Informer<batchv1.Job>;
  readonly #recorder: EventRecorder;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("cronjob-controller", context, options);
    this.#recorder = createEventRecorder(context, { component: "cronjob-controller" });
    this.#cronJobs = this.watchOwn(resources.cronjobs);
    const enqueueOwner = (job: batchv1.Job) => {
      const owner = resolveController(job, this.#cronJobs);
      if (owner !== undefined) this.enqueue(owner);
    };
    this.#jobs = this.watch(resources.jobs, { add: enqueueOwner, update: enqueueOwner, delete: enqueueOwner });
    indexByController(this.#jobs);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const cronJob = this.#cronJobs.lister.get(name, namespace);
    if (cronJob === undefined) return;
    const jobs = controlledBy(this.#jobs, cronJob.metadata.uid);
    const observed = await this.#observe(cronJob, jobs);
    const { status, again } = await this.#schedule(cronJob, observed);
    if (!semanticallyEqual(status, cronJob.status ?? {})) await this.#writeStatus(cronJob, status);
    await this.#cleanUp(cronJob, jobs);
    return again;
  }

  /** Takes Jobs that have ended or gone off the list of active ones. */
  async #observe(cronJob: batchv1.CronJob, jobs: readonly batchv1.Job[]): Promise<Status> {
    let status: Status = { ...cronJob.status };
    const known = new Set(jobs.map((job) => job.metadata.uid));
    for (const job of jobs) status = this.#observeJob(cronJob, status, job);
    for (const reference of status.active ?? []) {
      if (known.has(reference.uid ?? "") || (await this.#exists(reference))) continue;
      this.#recorder.event(cronJob, "Normal", "MissingJob", `Active job went missing: ${reference.name}`);
      status = withoutActive(status, reference.uid);
    }
    return status;
  }

  #observeJob(cronJob: batchv1.CronJob, status: Status, job: batchv1.Job): Status {
    const isListed = status.active?.some((one) => one.uid === job.metadata.uid) === true;
    const { name, uid } = job.metadata;
    const ended = finishedType(job);
    if (ended === undefined) {
      if (!isListed && !isDeleting(job) && status.lastScheduleTime !== undefined) {
        const message = `Saw a job that the controller did not create or forgot: ${name}`;
        this.#recorder.event(cronJob, "Warning", "UnexpectedJob", message);
      }
      return status;
    }
    if (!isListed) return withSuccess(status, job);
    this.#recorder.event(cronJob, "Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${ended}`);
    return withSuccess(withoutActive(status, uid), job);
  }

  /** Past the cache: a Job made a moment ago may not be in it. */
  async #exists(reference: corev1.ObjectReference): Promise<boolean> {
    const { name = "", namespace } = reference;
    try {
      const job = await this.context.client.resource(resources.jobs).get(name, { namespace });
      return job.metadata.uid === reference.uid;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #schedule(cronJob: batchv1.CronJob, status: Status): Promise<{ status: Status; again?: number }> {
    if (isDeleting(cronJob) || cronJob.spec.suspend === true) return { status };
    const schedule = this.#parse(cronJob);
    if (schedule === undefined) return { status };
    const now = this.now;
    const { due, tooManyMissed } = dueTime({ ...cronJob, status }, schedule, now);
    const next = schedule.next(now);
    const again = next === undefined ? {} : { again: next - now + afterDueMs };
    if (tooManyMissed) this.#warn(cronJob, "TooManyMissedTimes", tooManyMissedMessage);
    if (due === undefined) return { status, ...again };
    return { status: await this.#startDue(cronJob, status, due), ...again };
  }

  #parse(cronJob: batchv1.CronJob): Schedule | undefined {
    const { schedule, timeZone } = cronJob.spec;
    if (timeZone !== undefined && !isKnownTimeZone(timeZone)) {
      this.#warn(cronJob, "UnknownTimeZone", `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`);
      return undefined;
    }
    try {
      return parseSchedule(schedule, timeZone);
    } catch (error) {
      this.#warn(cronJob, "UnparseableSchedule", `unparseable schedule: "${schedule}" : ${messageOf(error)}`);
      return undefined;
    }
  }

  #warn(cronJob: batchv1.CronJob, reason: string, message: string): void {
    this.#recorder.event(cronJob, "Warning", reason, message);
  }

  async #startDue(cronJob: batchv1.CronJob, status: Status, due: number): Promise<Status> {
    const deadline = cronJob.spec.startingDeadlineSeconds;
    if (deadline !== undefined && due + deadline * 1000 < this.now) {
      this.#warn(cronJob, "MissSchedule", `Missed scheduled time to start a job: ${new Date(due).toUTCString()}`);
      return status;
    }
    const name = jobName(cronJob, due);
    const isStarted = status.active?.some((one) => one.name === name) || parseTime(status.lastScheduleTime) === due;
    if (isStarted) return status;
    const active = status.active ?? [];
    if (cronJob.spec.concurrencyPolicy === "Forbid" && active.length > 0) {
      const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
      this.#recorder.event(cronJob, "Normal", "JobAlreadyActive", message);
      return status;
    }
    let left = status;
    if (cronJob.spec.concurrencyPolicy === "Replace") {
      for (const reference of active) {
        await this.#delete(cronJob, reference.name ?? "");
        left = withoutActive(left, reference.uid);
      }
    }
    return this.#start(cronJob, left, due);
  }

  async #start(cronJob: batchv1.CronJob, status: Status, due: number): Promise<Status> {
    const { namespace } = cronJob.metadata;
    const draft = newJob(cronJob, due);
    const jobs = this.context.client.resource(resources.jobs);
    try {
      const job = await jobs.create(draft, { namespace });
      this.#recorder.event(cronJob, "Normal", "SuccessfulCreate", `Created job ${job.metadata.name}`);
      return withActive(status, job, due);
    } catch (error) {
      if (isNamespaceTerminating(error)) return status;
      if (!isAlreadyExists(error)) {
        this.#warn(cronJob, "FailedCreate", `Error creating job: ${messageOf(error)}`);
        throw error;
      }
      const present = await jobs.get(draft.metadata.name, { namespace });
      if (!isControlledBy(present, cronJob) || isJobFinished(present)) return status;
      return withActive(status, present, due);
    }
  }

  async #delete(cronJob: batchv1.CronJob, name: string): Promise<void> {
    const { namespace } = cronJob.metadata;
    try {
      await this.context.client.resource(resources.jobs).delete(name, { namespace, propagationPolicy: "Background" });
      this.#recorder.event(cronJob, "Normal", "SuccessfulDelete", `Deleted job ${name}`);
    } catch (error) {
      if (isNotFound(error)) return;
      this.#warn(cronJob, "FailedDelete", `Deleted job: ${messageOf(error)}`);
      throw error;
    }
  }

  async #cleanUp(cronJob: batchv1.CronJob, jobs: readonly batchv1.Job[]): Promise<void> {
    const excess = jobsBeyondHistory(cronJob, jobs).filter((job) => !isDeleting(job));
    await Promise.all(excess.map((job) => this.#delete(cronJob, job.metadata.name)));
  }

  async #writeStatus(cronJob: batchv1.CronJob, status: Status): Promise<void> {
    await this.context.client
      .resource(resources.cronjobs)
      .updateStatus({ ...cronJob, status })
      .catch(ignoreNotFound);
  }
}

const tooManyMissedMessage =
  "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";

function withActive(status: Status, job: batchv1.Job, due: number): Status {
  const { name, namespace, uid, resourceVersion } = job.metadata;
  const reference = { apiVersion: "batch/v1", kind: "Job", name, namespace, uid, resourceVersion };
  const others = (status.active ?? []).filter((one) => one.uid !== uid);
  return { ...status, active: [...others, reference], lastScheduleTime: formatTime(due) };
}

function withoutActive(status: Status, uid: string | undefined): Status {
  const { active, ...rest } = status;
  const left = (active ?? []).filter((one) => one.uid !== uid);
  return left.length > 0 ? { ...rest, active: left } : rest;
}

function withSuccess(status: Status, job: batchv1.Job): Status {
  const completed = job.status?.completionTime;
  if (finishedType(job) !== "Complete" || completed === undefined) return status;
  return parseTime(completed) > parseTime(status.lastSuccessfulTime)
    ? { ...status, lastSuccessfulTime: completed }
    : status;
}
