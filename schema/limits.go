package schema

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// RateLimit limits how many requests a key may make (limit_req).
type RateLimit struct {
	Rate  Value[Rate]
	Burst Int
	// Delay has the requests of a burst wait until they are in time by the rate.
	Delay Bool
	Key   RequestTemplate
	// Keys bounds how many keys are remembered (limit_req_zone).
	Keys      Int
	DryRun    Bool
	DeclRange hcl.Range
}

// Rate is a number of requests in a time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// LimitConn limits how many requests of a key are answered at a time (limit_conn).
type LimitConn struct {
	Connections Int
	Key         RequestTemplate
	DeclRange   hcl.Range
}

func rateLimitBlock() *block {
	return &block{
		Type: "rate_limit", Once: true, Into: reflect.TypeFor[RateLimit](),
		Doc:      "How many requests each client may make, while more get 429 with Retry-After; the count holds for all processes of the site and outlives reload and restart.",
		Ancestor: "nginx limit_req",
		Example: `rate_limit {
  rate  = "20/s"
  burst = 40
  key   = client.address
}`,
		Attrs: []*attr{
			{Name: "rate", Type: rateType(), Required: true, Ancestor: "nginx limit_req_zone rate",
				Doc: "How many requests in which time: 20/s, 30/m, 100/h, or with a number before the unit, 5/10s."},
			{Name: "burst", Type: intType(), Default: "0", Bindable: true, Check: checkNotNegative, Ancestor: "nginx limit_req burst",
				Doc: "How many more may come at once."},
			{Name: "delay", Type: boolType(), Default: "false", Ancestor: "nginx limit_req without nodelay",
				Doc: "Whether the requests of a burst wait until they are in time by the rate; otherwise they are answered at once."},
			{Name: "key", Type: requestTemplate{}, Default: "client.address", Ancestor: "nginx limit_req_zone",
				Doc: "What is counted by, such as client.address (of IPv6 its /64), request.header.X-Api-Key, request.cookie.session or a string with several of them; requests whose key is empty are not counted."},
			{Name: "keys", Type: intType(), Default: "65536", Check: checkKeys, Ancestor: "nginx limit_req_zone",
				Doc: "How many keys are remembered at most, at 16 bytes each; then those that were idle longest go."},
			{Name: "dry_run", Type: boolType(), Default: "false", Ancestor: "nginx limit_req_dry_run",
				Doc: "Whether requests beyond the limit are only logged."},
		},
	}
}

func limitConnBlock() *block {
	return &block{
		Type: "limit_conn", Once: true, Into: reflect.TypeFor[LimitConn](),
		Doc:      "How many requests of each client are answered at a time, in each process; more get 429.",
		Ancestor: "nginx limit_conn",
		Example: `limit_conn {
  connections = 10
}`,
		Attrs: []*attr{
			{Name: "connections", Type: intType(), Required: true, Bindable: true, Check: checkPositive, Ancestor: "nginx limit_conn",
				Doc: "How many there may be: connections in use for HTTP/1.1, streams for HTTP/2."},
			{Name: "key", Type: requestTemplate{}, Default: "client.address", Ancestor: "nginx limit_conn_zone",
				Doc: "What is counted by, as in rate_limit."},
		},
	}
}

// rateType is "20/s", "30/m" or "5/10s".
func rateType() scalar[Rate] {
	return scalar[Rate]{name: "rate", pattern: `^[0-9]+/([0-9]+)?(ms|s|m|h|d)$|\$\{`, want: cty.String,
		convert: func(v cty.Value) (Rate, *problem) {
			r, err := ParseRate(v.AsString())
			if err != nil {
				return Rate{}, notRate(v.AsString())
			}
			return r, nil
		}}
}

// ParseRate reads a rate: "20/s".
func ParseRate(text string) (Rate, error) {
	number, unit, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(number)
	if err == nil && unit != "" && (unit[0] < '0' || unit[0] > '9') {
		unit = "1" + unit
	}
	per, perErr := ParseDuration(unit)
	if err != nil || perErr != nil || n < 1 || n > 1_000_000 || per < time.Millisecond || per > 31*24*time.Hour {
		return Rate{}, fmt.Errorf("%q is not a rate", text)
	}
	return Rate{n, per}, nil
}

func notRate(text string) *problem {
	return &problem{"Invalid rate", fmt.Sprintf("%q is not a rate. Write how many requests in which time, such as \"20/s\", \"30/m\" or \"5/10s\".", text)}
}

func checkKeys(v any) *problem {
	if n := v.(int); n < 64 || n > 1<<24 {
		return &problem{"Number out of range", fmt.Sprintf("%d keys are too few or too many. Write a number between 64 and 16777216.", n)}
	}
	return nil
}
