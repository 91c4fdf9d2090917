// Package tracing tells an OpenTelemetry collector of the requests of a site: a
// [gateway.Tracer] on OpenTelemetry's SDK, which exports over OTLP (HTTP with protobuf). Only
// sites with a tracing block link it.
//
// Generated code describes an [Exporter], and each process of the site opens it. What ends is
// put into a queue of fixed size, which never keeps a request waiting: while the collector takes
// nothing, what does not fit is counted and dropped, and the log says so now and then. A process
// that ends sends what is left first.
//
// The tracer is that of OpenTelemetry's API for the whole process: spans that Go code of the
// project begins with a request's context stand beneath the site's own.
package tracing
