package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
)

// One trial is over in the twentieth of a second: a figure is that of so many, one after the other.
const watchTrials = 5

// Larger than any event here.
const maxFrame = 1 << 20

// Counts events delivered to all watchers together while config maps are made, and the time that takes; the opening of watches is not counted.
func (l *load) watch(ctx context.Context, watchers, events int) (Figure, error) {
	var spent spending
	var passed time.Duration
	for trial := range watchTrials {
		one, err := l.watchTrial(ctx, trial, watchers, events)
		if err != nil {
			return Figure{}, err
		}
		spent, passed = spent.plus(one.spent), passed+one.passed
	}
	count := float64(watchTrials * watchers * events)
	figure := Figure{PerSecond: count / passed.Seconds()}
	spent.perRequest(&figure, count)
	return figure, nil
}

type watchTrial struct {
	spent  spending
	passed time.Duration
}

// As an informer does, each watch starts from a list's version, and where the server ends it (upstream does so with one that reads too slowly)
// goes on from the last event.
func (l *load) watchTrial(ctx context.Context, trial, watchers, events int) (watchTrial, error) {
	marks := map[string]string{"bench": fmt.Sprintf("watch-%d", trial)}
	selector := labels.SelectorFromSet(marks).String()
	readers := make([]*reader, watchers)
	problems := make([]error, watchers)
	var opening, reading sync.WaitGroup
	for n := range watchers {
		client := l.watchers[n%len(l.watchers)]
		readers[n] = &reader{client: client, namespace: l.namespace, selector: selector, protobuf: l.protobuf, seen: make([]bool, events)}
		opening.Go(func() { problems[n] = readers[n].open(ctx) })
	}
	opening.Wait()
	if err := errors.Join(problems...); err != nil {
		return watchTrial{}, err
	}
	for n, one := range readers {
		reading.Go(func() { problems[n] = one.read(ctx, events) })
	}
	spent := l.spent()
	began := time.Now()
	_, err := l.measure(ctx, events, func(ctx context.Context, client *kubernetes.Clientset, n int) error {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("trial-%d-event-%d", trial, n), Labels: marks}}
		_, err := client.CoreV1().ConfigMaps(l.namespace).Create(ctx, object, metav1.CreateOptions{})
		return err
	})
	reading.Wait()
	return watchTrial{l.spent().minus(spent), time.Since(began)}, errors.Join(append(problems, err)...)
}

// One watch. Events are cut apart, known by their type and name, and only the last of a stream is decoded: the decoding of all by a hundred watchers
// would cost more than what is measured, which is their way to them.
type reader struct {
	client    *kubernetes.Clientset
	namespace string
	selector  string
	protobuf  bool
	version   string
	stream    io.ReadCloser
	// By the number in the object's name.
	seen []bool
}

func (r *reader) open(ctx context.Context) error {
	list, err := r.client.CoreV1().ConfigMaps(r.namespace).List(ctx, metav1.ListOptions{LabelSelector: r.selector})
	if err != nil {
		return err
	}
	r.version = list.ResourceVersion
	return r.follow(ctx)
}

func (r *reader) follow(ctx context.Context) (err error) {
	options := metav1.ListOptions{LabelSelector: r.selector, ResourceVersion: r.version, Watch: true}
	request := r.client.CoreV1().RESTClient().Get().Namespace(r.namespace).Resource("configmaps")
	r.stream, err = request.VersionedParams(&options, scheme.ParameterCodec).Stream(ctx)
	return err
}

// Reads until every event is seen.
func (r *reader) read(ctx context.Context, events int) error {
	var last []byte
	for left := events; left > 0; {
		scanner := bufio.NewScanner(r.stream)
		scanner.Buffer(nil, maxFrame)
		if r.protobuf {
			scanner.Split(messages)
		}
		for left > 0 && scanner.Scan() {
			if err := r.see(scanner.Bytes()); err != nil {
				return err
			}
			last = append(last[:0], scanner.Bytes()...)
			left--
		}
		r.stream.Close()
		if last == nil {
			return errors.New("a watch ended before its first event")
		}
		if err := r.decode(last); err != nil {
			return err
		}
		if left > 0 {
			if err := r.follow(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// Fails where the event is no new object, or one that was seen.
func (r *reader) see(frame []byte) error {
	const mark = "event-"
	at := bytes.Index(frame, []byte(mark))
	if at < 0 || !bytes.Contains(frame[:min(len(frame), 32)], []byte("ADDED")) {
		return fmt.Errorf("a watch told of something else: %q", frame)
	}
	number := 0
	for _, digit := range frame[at+len(mark):] {
		if digit < '0' || digit > '9' {
			break
		}
		number = number*10 + int(digit-'0')
	}
	if number >= len(r.seen) || r.seen[number] {
		return fmt.Errorf("a watch told of object %d twice", number)
	}
	r.seen[number] = true
	return nil
}

// Takes the version of an event's object, to go on from.
func (r *reader) decode(frame []byte) error {
	event, object := metav1.WatchEvent{}, &corev1.ConfigMap{}
	read := func(frame []byte) error { return json.Unmarshal(frame, &event) }
	if r.protobuf {
		read = event.Unmarshal
	}
	if err := read(frame); err != nil {
		return err
	}
	if err := runtime.DecodeInto(scheme.Codecs.UniversalDeserializer(), event.Object.Raw, object); err != nil {
		return err
	}
	r.version = object.ResourceVersion
	return nil
}

// Cuts a stream of protobuf at the lengths before its messages.
func messages(data []byte, _ bool) (int, []byte, error) {
	if len(data) < 4 {
		return 0, nil, nil
	}
	end := 4 + int(binary.BigEndian.Uint32(data))
	if len(data) < end {
		return 0, nil, nil
	}
	return end, data[4:end], nil
}
