package main

import (
	"testing"
	"time"
)

// Ensure that the report of bench/load is read with what went wrong first.
func TestParseLoad(t *testing.T) {
	const text = `{"requests":10,"errors":2,"first_fail":"the server closed a connection","per_second":5.5,"p50":1000,"p99":2000,"p999":3000}`
	got, why, err := parseLoad(text)
	want := answered{requests: 10, errors: 2, perSecond: 5.5, p50: time.Microsecond, p99: 2 * time.Microsecond, p999: 3 * time.Microsecond}
	if err != nil || got != want || why != "the server closed a connection" {
		t.Errorf("%+v, %q, %v; want %+v", got, why, err, want)
	}
	if _, _, err := parseLoad("ready\n"); err == nil {
		t.Error("a report that is no JSON was read")
	}
}
