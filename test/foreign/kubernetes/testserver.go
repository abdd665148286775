// Package testing stands in the place of the package of the same name in k8s.io/kubernetes while its integration tests are built: a test
// that asks for an API server gets the programs of KUBEBUILDER_ASSETS instead of upstream's code in the test's own process. The tests
// themselves are not touched.
package testing

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"

	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/apiserver/pkg/storageversion"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

type TearDownFunc func()

type TestServerInstanceOptions struct {
	SkipHealthzCheck       bool
	EnableCertAuth         bool
	StorageVersionWrapFunc func(storageversion.Manager) storageversion.Manager
	ProxyCA                *ProxyCA
	BinaryVersion          string
	RequestTimeout         time.Duration
}

type TestServer struct {
	ClientConfig      *rest.Config
	ServerOpts        *options.ServerRunOptions
	TearDownFn        TearDownFunc
	TmpDir            string
	EtcdClient        *clientv3.Client
	EtcdStoragePrefix string
}

type Logger interface {
	Helper()
	Errorf(format string, args ...interface{})
	Fatalf(format string, args ...interface{})
	Logf(format string, args ...interface{})
	Cleanup(func())
}

type ProxyCA struct {
	ProxySigningCert *x509.Certificate
	ProxySigningKey  *rsa.PrivateKey
}

func NewDefaultTestServerOptions() *TestServerInstanceOptions {
	return &TestServerInstanceOptions{EnableCertAuth: true}
}

// GetEtcdClients: there is no etcd to look into.
func GetEtcdClients(storagebackend.TransportConfig) (*clientv3.Client, clientv3.KV, error) {
	return nil, nil, errors.New("the store of this API server is not etcd")
}

func StartTestServerOrDie(t testing.TB, instance *TestServerInstanceOptions, flags []string, storage *storagebackend.Config) *TestServer {
	t.Helper()
	server, err := StartTestServer(t, instance, flags, storage)
	if err != nil {
		t.Fatalf("the API server did not start: %v", err)
	}
	return &server
}

func StartTestServer(t testing.TB, instance *TestServerInstanceOptions, flags []string, _ *storagebackend.Config) (TestServer, error) {
	t.Helper()
	if instance == nil {
		instance = NewDefaultTestServerOptions()
	}
	dir, err := os.MkdirTemp("", "kubernetes-kube-apiserver")
	if err != nil {
		return TestServer{}, err
	}
	var running []*exec.Cmd
	stop := func() {
		for i := len(running) - 1; i >= 0; i-- {
			_ = running[i].Process.Signal(syscall.SIGTERM)
			_ = running[i].Wait()
		}
		running = nil
		_ = os.RemoveAll(dir)
	}
	start := func(name string, args ...string) error {
		log, err := os.Create(filepath.Join(dir, name+".log"))
		if err != nil {
			return err
		}
		defer log.Close()
		command := exec.Command(filepath.Join(os.Getenv("KUBEBUILDER_ASSETS"), name), args...)
		command.Stdout, command.Stderr = log, log
		if err := command.Start(); err != nil {
			return err
		}
		running = append(running, command)
		return nil
	}
	server, err := startIn(dir, instance, flags, start)
	if err != nil {
		said, _ := os.ReadFile(filepath.Join(dir, "kube-apiserver.log"))
		stop()
		return TestServer{}, fmt.Errorf("%w: %s", err, said)
	}
	server.TearDownFn = stop
	return server, nil
}

func startIn(dir string, instance *TestServerInstanceOptions, flags []string, start func(string, ...string) error) (TestServer, error) {
	etcdPort, err := freePort()
	if err != nil {
		return TestServer{}, err
	}
	port, err := freePort()
	if err != nil {
		return TestServer{}, err
	}
	etcd := fmt.Sprintf("http://127.0.0.1:%d", etcdPort)
	err = start("etcd", "--data-dir="+filepath.Join(dir, "etcd"), "--listen-client-urls="+etcd, "--advertise-client-urls="+etcd,
		"--listen-peer-urls=http://localhost:0", "--unsafe-no-fsync")
	if err != nil {
		return TestServer{}, err
	}
	token := uuid.New().String()
	key, tokens := filepath.Join(dir, "sa.key"), filepath.Join(dir, "tokens.csv")
	// The harness needs a token of its own beside those of the test.
	known := []byte(token + ",system:apiserver,apiserver,system:masters\n")
	flags, given := without(flags, "token-auth-file")
	if given != "" {
		more, err := os.ReadFile(given)
		if err != nil {
			return TestServer{}, err
		}
		known = append(known, more...)
	}
	if err := os.WriteFile(tokens, known, 0o600); err != nil {
		return TestServer{}, err
	}
	if err := writeKey(key); err != nil {
		return TestServer{}, err
	}
	args := []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--cert-dir=" + dir,
		"--allow-privileged=true",
	}
	for name, value := range map[string]string{
		"token-auth-file":                  tokens,
		"service-cluster-ip-range":         "10.0.0.0/16",
		"service-account-issuer":           "https://foo.bar.example.com",
		"service-account-key-file":         key,
		"service-account-signing-key-file": key,
	} {
		if _, found := without(flags, name); found == "" {
			args = append(args, "--"+name+"="+value)
		}
	}
	if err := start("kube-apiserver", append(args, flags...)...); err != nil {
		return TestServer{}, err
	}
	config := &rest.Config{
		Host:            fmt.Sprintf("https://127.0.0.1:%d", port),
		BearerToken:     token,
		QPS:             1000,
		Burst:           10000,
		TLSClientConfig: rest.TLSClientConfig{CAFile: filepath.Join(dir, "apiserver.crt")},
	}
	if err := waitReady(config, filepath.Join(dir, "apiserver.crt"), instance.SkipHealthzCheck); err != nil {
		return TestServer{}, err
	}
	if config.CAData, err = os.ReadFile(config.CAFile); err != nil {
		return TestServer{}, err
	}
	config.CAFile = ""
	return TestServer{ClientConfig: config, ServerOpts: options.NewServerRunOptions(), TmpDir: dir, EtcdStoragePrefix: "/registry"}, nil
}

func waitReady(config *rest.Config, certificate string, skip bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var last error
	for ; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if _, last = os.Stat(certificate); last != nil {
			continue
		}
		if skip {
			return nil
		}
		client, err := kubernetes.NewForConfig(config)
		if err != nil {
			return err
		}
		var status int
		result := client.CoreV1().RESTClient().Get().AbsPath("/healthz").Do(ctx).StatusCode(&status)
		if last = result.Error(); status == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("it did not become ready: %w", last)
}

// without answers the flags that have other names, and the last value of those that have this one.
func without(flags []string, name string) (others []string, value string) {
	for i := 0; i < len(flags); i++ {
		joined, isJoined := strings.CutPrefix(flags[i], "--"+name+"=")
		switch {
		case isJoined:
			value = joined
		case flags[i] == "--"+name && i+1 < len(flags):
			i++
			value = flags[i]
		default:
			others = append(others, flags[i])
		}
	}
	return others, value
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func writeKey(file string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}
