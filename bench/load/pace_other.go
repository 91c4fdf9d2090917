//go:build !linux

package main

import "errors"

func pace(job) (report, error) { return report{}, errors.New("runs on Linux only") }
