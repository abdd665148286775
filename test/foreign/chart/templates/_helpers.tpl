{{- define "parcel.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* A Job that writes its name down when it runs: arguments are the root, the hook, its weight, its delete policy and a suffix. */}}
{{- define "parcel.hook" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "parcel.labels" .root | nindent 4 }}
  annotations:
    helm.sh/hook: {{ .hook }}
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: {{ .policy }}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 1
      containers:
        - name: hook
          image: {{ .root.Values.image }}
          imagePullPolicy: IfNotPresent
          command: [sh, -c, "echo {{ .name }} of revision {{ .root.Release.Revision }}; {{ if .root.Values.isHookBroken }}exit 3{{ else }}exit 0{{ end }}"]
{{- end }}
