// Between JSON and protobuf by client-go's own types: one request a line, one answer a line.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// Request asks for one of the two.
type Request struct {
	// An object, to be written as protobuf.
	JSON string `json:"json,omitempty"`
	// An object in protobuf, to be written as JSON.
	Bytes []byte `json:"bytes,omitempty"`
	// The same of one event of a watch.
	Event []byte `json:"event,omitempty"`
}

// Answer has what was asked for, or says why it cannot.
type Answer struct {
	JSON  string `json:"json,omitempty"`
	Bytes []byte `json:"bytes,omitempty"`
	Error string `json:"error,omitempty"`
}

const longestLine = 64 << 20

func main() {
	metav1.AddMetaToScheme(scheme.Scheme)
	wire := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), longestLine)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var request Request
		answer := Answer{}
		err := json.Unmarshal(lines.Bytes(), &request)
		if err == nil {
			answer, err = convert(wire, request)
		}
		if err != nil {
			answer = Answer{Error: err.Error()}
		}
		answers.Encode(answer)
	}
}

func convert(wire runtime.Serializer, request Request) (Answer, error) {
	if request.JSON != "" {
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode([]byte(request.JSON), nil, nil)
		if err != nil {
			return Answer{}, err
		}
		bytes, err := runtime.Encode(wire, object)
		return Answer{Bytes: bytes}, err
	}
	if request.Event != nil {
		return fromEvent(wire, request.Event)
	}
	object, _, err := wire.Decode(request.Bytes, nil, nil)
	if err != nil {
		return Answer{}, err
	}
	text, err := json.Marshal(object)
	return Answer{JSON: string(text)}, err
}

func fromEvent(wire runtime.Serializer, data []byte) (Answer, error) {
	var event metav1.WatchEvent
	if err := event.Unmarshal(data); err != nil {
		return Answer{}, err
	}
	object, _, err := wire.Decode(event.Object.Raw, nil, nil)
	if err != nil {
		return Answer{}, err
	}
	text, err := json.Marshal(map[string]any{"type": event.Type, "object": object})
	return Answer{JSON: string(text)}, err
}
