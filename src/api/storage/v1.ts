export * from "./v1/csi.ts";
export * from "./v1/storage-class.ts";
export * from "./v1/volume-attachment.ts";
