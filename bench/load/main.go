// A client-go load on one API server: each verb in turn, by a number of callers, over protobuf or JSON. Prints one line of JSON.
// Beside the rate it tells the processor time that the server's processes spent on a request, which a busy machine distorts less.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Figure is one verb's result: requests (events, for watches) a second, the time of the slowest of a hundred, and the processor time that the
// server spent on each, where its processes are known.
type Figure struct {
	PerSecond       float64 `json:"perSecond"`
	P99Ms           float64 `json:"p99Ms"`
	CPUMicroseconds float64 `json:"cpuMicroseconds,omitempty"`
	// What the load itself spent on each: it shares the machine with the server.
	LoadMicroseconds float64 `json:"loadMicroseconds"`
	// Unix time.
	BeganMs int64 `json:"beganMs"`
	EndedMs int64 `json:"endedMs"`
}

// The load's own collector would take from the server, on a machine of few cores, what the server is measured by.
const garbagePercent = 800

// Of the pods, that are made and deleted before anything counts: a load's own first requests cost it more than later ones, and where controllers are
// at work they are busy with the new namespace at first.
const rehearsed = 4

type load struct {
	clients   []*kubernetes.Clientset
	watchers  []*kubernetes.Clientset
	namespace string
	objects   int
	protobuf  bool
	processes []int
	verbs     []string
	// Bytes of a list's answer, by selector.
	lengths sync.Map
}

func main() {
	server := flag.String("server", "", "URL of the API server")
	token := flag.String("token", "", "bearer token")
	callers := flag.Int("callers", 16, "callers at a time")
	objects := flag.Int("objects", 2000, "pods to make, list and delete")
	lists := flag.Int("lists", 48, "lists of all pods")
	watchers := flag.Int("watchers", 100, "watches at a time")
	events := flag.Int("events", 200, "events that each watch sees")
	format := flag.String("format", "protobuf", "protobuf or json")
	hold := flag.Bool("hold", false, "only make the pods, say so on a line, and delete them when the input ends")
	processes := flag.String("processes", "", "process ids of the server, with commas between")
	verbs := flag.String("verbs", "create,get,list,listVersion0,listByLabel,patch,update,apply,watch,delete", "what to do, in this order whatever order is given")
	flag.Parse()
	debug.SetGCPercent(garbagePercent)
	l := &load{objects: *objects, namespace: fmt.Sprintf("bench-%d", time.Now().UnixNano()), protobuf: *format == "protobuf", verbs: strings.Split(*verbs, ",")}
	if *processes != "" {
		for _, process := range strings.Split(*processes, ",") {
			id, err := strconv.Atoi(process)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			l.processes = append(l.processes, id)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	if err := l.connect(ctx, *server, *token, *format, *callers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *hold {
		if err := l.hold(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	result, err := l.run(ctx, *lists, *watchers, *events)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(result)
}

func (l *load) connect(ctx context.Context, server, token, format string, callers int) error {
	for range callers {
		client, err := connect(server, token, format, nil)
		if err != nil {
			return err
		}
		l.clients = append(l.clients, client)
	}
	for range watchConnections {
		client, err := connect(server, token, format, (&net.Dialer{}).DialContext)
		if err != nil {
			return err
		}
		l.watchers = append(l.watchers, client)
	}
	return l.prepare(ctx)
}

// Makes the pods and keeps them until the input ends.
func (l *load) hold(ctx context.Context) error {
	defer l.clients[0].CoreV1().Namespaces().Delete(ctx, l.namespace, metav1.DeleteOptions{})
	if _, err := l.measure(ctx, l.objects, l.create); err != nil {
		return err
	}
	fmt.Println("made")
	io.Copy(io.Discard, os.Stdin)
	_, err := l.measure(ctx, l.objects, l.remove)
	return err
}

func (l *load) run(ctx context.Context, lists, watchers, events int) (map[string]Figure, error) {
	objects := l.objects
	defer l.clients[0].CoreV1().Namespaces().Delete(ctx, l.namespace, metav1.DeleteOptions{})
	if err := l.rehearse(ctx); err != nil {
		return nil, err
	}
	figures := map[string]Figure{}
	requests := func(count int, call func(context.Context, *kubernetes.Clientset, int) error) func() (Figure, error) {
		return func() (Figure, error) { return l.measure(ctx, count, call) }
	}
	verbs := []struct {
		name    string
		measure func() (Figure, error)
	}{
		{"create", requests(objects, l.create)},
		{"get", requests(objects*2, l.get)},
		{"list", l.known(ctx, 1, l.list, requests(lists, l.list))},
		{"listVersion0", l.known(ctx, 1, l.listVersion0, requests(lists, l.listVersion0))},
		{"listByLabel", l.known(ctx, groups, l.listByLabel, requests(lists, l.listByLabel))},
		{"patch", requests(objects, l.patch)},
		{"update", requests(objects, l.update)},
		{"apply", requests(objects, l.apply)},
		{"watch", func() (Figure, error) { return l.watch(ctx, watchers, events) }},
		{"delete", requests(objects, l.remove)},
	}
	for _, verb := range verbs {
		if !slices.Contains(l.verbs, verb.name) {
			continue
		}
		began := time.Now()
		figure, err := verb.measure()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", verb.name, err)
		}
		figure.BeganMs, figure.EndedMs = began.UnixMilli(), time.Now().UnixMilli()
		figures[verb.name] = figure
	}
	return figures, nil
}

// Watches are spread over connections of their own: a server may allow as few as a hundred streams on one.
const watchConnections = 4

type dial func(ctx context.Context, network, address string) (net.Conn, error)

// Clients that name no dial function share one connection.
func connect(server, token, format string, dial dial) (*kubernetes.Clientset, error) {
	config := &rest.Config{Dial: dial, Host: server, BearerToken: token, QPS: -1, TLSClientConfig: rest.TLSClientConfig{Insecure: true}}
	// Said outright: without, client-go takes protobuf.
	config.ContentType, config.AcceptContentTypes = "application/json", "application/json"
	if format == "protobuf" {
		config.ContentType = "application/vnd.kubernetes.protobuf"
		config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	}
	return kubernetes.NewForConfig(config)
}

// Makes the namespace, and its service account where no controller does.
func (l *load) prepare(ctx context.Context) error {
	core := l.clients[0].CoreV1()
	if _, err := core.Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: l.namespace}}, metav1.CreateOptions{}); err != nil {
		return err
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	if _, err := core.ServiceAccounts(l.namespace).Create(ctx, account, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}

func (l *load) rehearse(ctx context.Context) error {
	for _, call := range []func(context.Context, *kubernetes.Clientset, int) error{l.create, l.remove} {
		if _, err := l.measure(ctx, l.objects/rehearsed, call); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) measure(ctx context.Context, count int, call func(context.Context, *kubernetes.Clientset, int) error) (Figure, error) {
	var next atomic.Int64
	var group sync.WaitGroup
	var failure atomic.Pointer[error]
	times := make([]time.Duration, count)
	spent := l.spent()
	began := time.Now()
	for _, client := range l.clients {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				n := int(next.Add(1)) - 1
				if n >= count || failure.Load() != nil {
					return
				}
				start := time.Now()
				if err := call(ctx, client, n); err != nil {
					failure.Store(&err)
					return
				}
				times[n] = time.Since(start)
			}
		}()
	}
	group.Wait()
	if err := failure.Load(); err != nil {
		return Figure{}, *err
	}
	seconds := time.Since(began).Seconds()
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	figure := Figure{PerSecond: float64(count) / seconds, P99Ms: times[(count-1)*99/100].Seconds() * 1000}
	l.spent().minus(spent).perRequest(&figure, float64(count))
	return figure, nil
}

// Microseconds of a processor.
type spending struct{ server, load float64 }

// Since the processes began.
func (l *load) spent() spending {
	var own syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	return spending{l.cpuMicroseconds(), float64(own.Utime.Nano()+own.Stime.Nano()) / 1000}
}

func (s spending) minus(other spending) spending {
	return spending{s.server - other.server, s.load - other.load}
}

func (s spending) plus(other spending) spending {
	return spending{s.server + other.server, s.load + other.load}
}

func (s spending) perRequest(figure *Figure, count float64) {
	figure.CPUMicroseconds, figure.LoadMicroseconds = s.server/count, s.load/count
}

// By the processes' own clocks, which Linux has for each process with all its threads, ended ones included; 0 elsewhere.
func (l *load) cpuMicroseconds() (sum float64) {
	for _, process := range l.processes {
		var time unix.Timespec
		if unix.ClockGettime(clockOf(process), &time) == nil {
			sum += float64(time.Nano()) / 1000
		}
	}
	return sum
}

// The number of a process's clock, as clock_getcpuclockid(3) makes it: the process id inverted, and in the last three bits that the scheduler counts.
func clockOf(process int) int32 {
	const counted = 2
	return int32(^process<<3 | counted)
}

func (l *load) name(n int) string { return fmt.Sprintf("pod-%d", n%l.objects) }

// A pod as a Deployment makes it, for a scheduler that is not there.
func (l *load) pod(n int) *corev1.Pod {
	marks := map[string]string{"app": "bench", "group": fmt.Sprint(n % groups)}
	container := corev1.Container{
		Name: "web", Image: "registry.example/bench:1",
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}},
		Env:   []corev1.EnvVar{{Name: "MODE", Value: "bench"}, {Name: "NUMBER", Value: fmt.Sprint(n)}},
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: l.name(n), Labels: marks},
		Spec:       corev1.PodSpec{SchedulerName: "bench-none", Containers: []corev1.Container{container}},
	}
}

func (l *load) create(ctx context.Context, client *kubernetes.Clientset, n int) error {
	_, err := client.CoreV1().Pods(l.namespace).Create(ctx, l.pod(n), metav1.CreateOptions{})
	return err
}

func (l *load) get(ctx context.Context, client *kubernetes.Clientset, n int) error {
	_, err := client.CoreV1().Pods(l.namespace).Get(ctx, l.name(n), metav1.GetOptions{})
	return err
}

func (l *load) patch(ctx context.Context, client *kubernetes.Clientset, n int) error {
	patch := fmt.Sprintf(`{"metadata":{"annotations":{"bench":"%d"}}}`, n)
	_, err := client.CoreV1().Pods(l.namespace).Patch(ctx, l.name(n), types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	return err
}

func (l *load) update(ctx context.Context, client *kubernetes.Clientset, n int) error {
	pod, err := client.CoreV1().Pods(l.namespace).Get(ctx, l.name(n), metav1.GetOptions{})
	if err != nil {
		return err
	}
	pod.Labels["updated"] = "yes"
	_, err = client.CoreV1().Pods(l.namespace).Update(ctx, pod, metav1.UpdateOptions{})
	return err
}

func (l *load) apply(ctx context.Context, client *kubernetes.Clientset, n int) error {
	pod := applycorev1.Pod(l.name(n), l.namespace).WithLabels(map[string]string{"applied": fmt.Sprint(n)})
	_, err := client.CoreV1().Pods(l.namespace).Apply(ctx, pod, metav1.ApplyOptions{FieldManager: "bench", Force: true})
	return err
}

func (l *load) remove(ctx context.Context, client *kubernetes.Clientset, n int) error {
	zero := int64(0)
	return client.CoreV1().Pods(l.namespace).Delete(ctx, l.name(n), metav1.DeleteOptions{GracePeriodSeconds: &zero})
}
