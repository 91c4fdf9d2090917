// Package converters reads and writes what stands in the gazette's addresses.
package converters

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// errNever says of an address that nothing stands behind it.
var errNever = errors.New("never printed")

// Year reads a year; the gazette began in 1887.
func Year(text string) (int, error) {
	year, err := strconv.Atoi(text)
	if err == nil && year < 1887 {
		err = errNever
	}
	return year, err
}

// YearURL writes a year with its four digits.
func YearURL(year int) string { return fmt.Sprintf("%04d", year) }

// Issue is one issue of the gazette, which is weekly.
type Issue struct{ Year, Week int }

// ParseIssue reads an issue: 2026w05.
func ParseIssue(text string) (Issue, error) {
	year, week, _ := strings.Cut(text, "w")
	y, err := Year(year)
	if err != nil {
		return Issue{}, err
	}
	w, err := strconv.Atoi(week)
	if err == nil && (w < 1 || w > 53) {
		err = errNever
	}
	return Issue{y, w}, err
}

// IssueURL writes an issue.
func IssueURL(i Issue) string { return fmt.Sprintf("%04dw%02d", i.Year, i.Week) }

// Next is the issue after this one.
func (i Issue) Next() Issue {
	if i.Week >= 52 {
		return Issue{i.Year + 1, 1}
	}
	return Issue{i.Year, i.Week + 1}
}

// Topics reads a list: sport/chess.
func Topics(text string) ([]string, error) { return strings.Split(text, "/"), nil }

// TopicsURL writes one.
func TopicsURL(topics []string) string { return strings.Join(topics, "/") }
