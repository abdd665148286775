/** The calls of CRI v1 that the node makes. */

/** Method name to request and response. */
export const services = {
  RuntimeService: {
    Version: ["VersionRequest", "VersionResponse"],
    Status: ["StatusRequest", "StatusResponse"],
    RunPodSandbox: ["RunPodSandboxRequest", "RunPodSandboxResponse"],
    StopPodSandbox: ["StopPodSandboxRequest", "StopPodSandboxResponse"],
    RemovePodSandbox: ["RemovePodSandboxRequest", "RemovePodSandboxResponse"],
    PodSandboxStatus: ["PodSandboxStatusRequest", "PodSandboxStatusResponse"],
    ListPodSandbox: ["ListPodSandboxRequest", "ListPodSandboxResponse"],
    CreateContainer: ["CreateContainerRequest", "CreateContainerResponse"],
    StartContainer: ["StartContainerRequest", "StartContainerResponse"],
    StopContainer: ["StopContainerRequest", "StopContainerResponse"],
    RemoveContainer: ["RemoveContainerRequest", "RemoveContainerResponse"],
    ListContainers: ["ListContainersRequest", "ListContainersResponse"],
    ContainerStatus: ["ContainerStatusRequest", "ContainerStatusResponse"],
    UpdateContainerResources: ["UpdateContainerResourcesRequest", "UpdateContainerResourcesResponse"],
    ReopenContainerLog: ["ReopenContainerLogRequest", "ReopenContainerLogResponse"],
    ExecSync: ["ExecSyncRequest", "ExecSyncResponse"],
    Exec: ["ExecRequest", "ExecResponse"],
    Attach: ["AttachRequest", "AttachResponse"],
    PortForward: ["PortForwardRequest", "PortForwardResponse"],
    ListContainerStats: ["ListContainerStatsRequest", "ListContainerStatsResponse"],
    ListPodSandboxStats: ["ListPodSandboxStatsRequest", "ListPodSandboxStatsResponse"],
    UpdateRuntimeConfig: ["UpdateRuntimeConfigRequest", "UpdateRuntimeConfigResponse"],
  },
  ImageService: {
    ListImages: ["ListImagesRequest", "ListImagesResponse"],
    ImageStatus: ["ImageStatusRequest", "ImageStatusResponse"],
    PullImage: ["PullImageRequest", "PullImageResponse"],
    RemoveImage: ["RemoveImageRequest", "RemoveImageResponse"],
    ImageFsInfo: ["ImageFsInfoRequest", "ImageFsInfoResponse"],
  },
} as const;
