package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
)

// By so many bytes may two answers differ whose only difference is their resourceVersion.
const versionSlack = 8

func (l *load) list(ctx context.Context, client *kubernetes.Clientset, _ int) error {
	return l.expect(ctx, client, metav1.ListOptions{}, l.objects)
}

// Pods are of so many groups, by label.
const groups = 10

// Before lists are measured, each is asked for and decoded once: sixteen callers that all began with the first would all decode it.
func (l *load) known(ctx context.Context, lists int, call func(context.Context, *kubernetes.Clientset, int) error, measure func() (Figure, error)) func() (Figure, error) {
	return func() (Figure, error) {
		for n := range lists {
			if err := call(ctx, l.clients[0], n); err != nil {
				return Figure{}, err
			}
		}
		return measure()
	}
}

// What informers begin with: any state will do.
func (l *load) listVersion0(ctx context.Context, client *kubernetes.Clientset, _ int) error {
	return l.expect(ctx, client, metav1.ListOptions{ResourceVersion: "0"}, l.objects)
}

func (l *load) listByLabel(ctx context.Context, client *kubernetes.Clientset, n int) error {
	return l.expect(ctx, client, metav1.ListOptions{LabelSelector: fmt.Sprintf("group=%d", n%groups)}, l.objects/groups)
}

// Decoding an answer of 2,000 pods costs a caller more than it costs a server to send it, and would be all that is measured on a machine that both
// share. So the first answer to a list is decoded and counted, and the later ones must be as long.
func (l *load) expect(ctx context.Context, client *kubernetes.Clientset, options metav1.ListOptions, count int) error {
	request := client.CoreV1().RESTClient().Get().Namespace(l.namespace).Resource("pods").VersionedParams(&options, scheme.ParameterCodec)
	body, err := request.Do(ctx).Raw()
	if err != nil {
		return err
	}
	if known, found := l.lengths.Load(options.LabelSelector); found {
		if difference := len(body) - known.(int); difference < -versionSlack || difference > versionSlack {
			return fmt.Errorf("a list of %d bytes after one of %d", len(body), known)
		}
		return nil
	}
	list := &corev1.PodList{}
	if err := runtime.DecodeInto(scheme.Codecs.UniversalDeserializer(), body, list); err != nil {
		return err
	}
	if len(list.Items) != count {
		return fmt.Errorf("%d pods instead of %d", len(list.Items), count)
	}
	l.lengths.Store(options.LabelSelector, len(body))
	return nil
}
