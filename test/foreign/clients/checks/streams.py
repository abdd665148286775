"""What the official client can do with a running container beyond its own tests: logs, attach, terminals, archives, eviction."""
import asyncio
import io
import tarfile
import time
import uuid

import pytest
from kubernetes import aio, client, config, watch
from kubernetes.aio.stream import WsApiClient
from kubernetes.stream import stream

config.load_kube_config()
api = client.CoreV1Api()
# A stream changes the client that it is asked through.
streams = client.CoreV1Api(client.ApiClient())
script = 'echo begun; while read line; do echo "got $line"; done; echo over'


@pytest.fixture(scope="module")
def pod():
    name = "streams-" + uuid.uuid4().hex[:8]
    container = {"name": "main", "image": "busybox", "command": ["sh", "-c", script], "stdin": True}
    api.create_namespaced_pod("default", {"metadata": {"name": name}, "spec": {
        "containers": [container], "restartPolicy": "Never", "terminationGracePeriodSeconds": 1}})
    for event in watch.Watch().stream(api.list_namespaced_pod, "default", timeout_seconds=60,
                                      field_selector="metadata.name=" + name):
        if event["object"].status.phase == "Running":
            break
    yield name
    api.delete_namespaced_pod(name, "default", grace_period_seconds=0)


def execute(pod, *command, **options):
    flags = dict(stdin=False, stdout=True, stderr=True, tty=False)
    return stream(streams.connect_get_namespaced_pod_exec, pod, "default", command=list(command), **{**flags, **options})


def test_logs_are_read_and_followed(pod):
    assert api.read_namespaced_pod_log(pod, "default") == "begun\n"
    lines = watch.Watch().stream(api.read_namespaced_pod_log, pod, "default", follow=True)
    assert next(lines) == "begun"


def test_attach_talks_to_the_process(pod):
    attached = stream(streams.connect_get_namespaced_pod_attach, pod, "default", stdin=True, stdout=True, stderr=True,
                      tty=False, _preload_content=False)
    attached.write_stdin("hello\n")
    assert attached.readline_stdout(timeout=10) == "got hello"
    attached.close()
    assert api.read_namespaced_pod_log(pod, "default", tail_lines=1) == "got hello\n"


def test_terminal_echoes_and_tells_its_exit_code(pod):
    terminal = execute(pod, "sh", stdin=True, tty=True, _preload_content=False)
    terminal.write_channel(4, '{"Width":100,"Height":40}')
    terminal.write_stdin("echo $((6 * 7)); exit 9\n")
    terminal.run_forever(timeout=10)
    assert "42" in terminal.read_stdout()
    assert terminal.returncode == 9


def test_command_that_is_not_there_is_told(pod):
    missing = execute(pod, "/no/such", _preload_content=False)
    missing.run_forever(timeout=10)
    assert "no such file" in missing.read_channel(3)


def test_archive_is_copied_there_and_back(pod):
    content = bytes(range(256)) * 4096
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("copied.bin")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    there = execute(pod, "tar", "xf", "-", "-C", "/tmp", stdin=True, binary=True, _preload_content=False)
    data = buffer.getvalue()
    for start in range(0, len(data), 1 << 16):
        there.write_stdin(data[start:start + (1 << 16)])
    there.run_forever(timeout=2)
    there.close()
    back = execute(pod, "tar", "cf", "-", "-C", "/tmp", "copied.bin", stderr=False, binary=True)
    with tarfile.open(fileobj=io.BytesIO(back)) as archive:
        assert archive.extractfile("copied.bin").read() == content


def test_large_output_arrives_whole(pod):
    assert len(execute(pod, "sh", "-c", "seq 1 200000", stderr=False)) == 1288895


def test_commands_run_at_once_through_the_asynchronous_client(pod):
    async def one(core, number):
        return await core.connect_get_namespaced_pod_exec(pod, "default", command=["echo", f"said {number}"], stdin=False,
                                                          stdout=True, stderr=True, tty=False)

    async def all_of_them():
        await aio.config.load_kube_config()
        async with WsApiClient() as ws:
            core = aio.client.CoreV1Api(ws)
            return await asyncio.gather(*(one(core, number) for number in range(8)))

    assert asyncio.run(all_of_them()) == [f"said {number}\n" for number in range(8)]


def test_port_through_the_proxy_and_eviction():
    name = "evicted-" + uuid.uuid4().hex[:8]
    container = {"name": "main", "image": "busybox", "command": ["sh", "-c", "mkdir /www; echo page > /www/index.html; httpd -f -p 8080 -h /www"],
                 "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1}}
    api.create_namespaced_pod("default", {"metadata": {"name": name}, "spec": {
        "containers": [container], "terminationGracePeriodSeconds": 1}})
    deadline = time.time() + 60
    while not any(c.type == "Ready" and c.status == "True" for c in api.read_namespaced_pod(name, "default").status.conditions or []):
        assert time.time() < deadline
        time.sleep(0.2)
    assert api.connect_get_namespaced_pod_proxy(name + ":8080", "default") == "page\n"
    api.create_namespaced_pod_eviction(name, "default", client.V1Eviction(metadata=client.V1ObjectMeta(name=name)))
    for event in watch.Watch().stream(api.list_namespaced_pod, "default", timeout_seconds=60, field_selector="metadata.name=" + name):
        if event["type"] == "DELETED":
            return
    assert False, "the pod was not evicted"
