package main

import (
	"strings"
	"testing"
)

// Ensure that rows are told from what is none.
func TestWorlds(t *testing.T) {
	row := `{"id":10000,"randomNumber":1}`
	for _, test := range []struct {
		check func([]byte) error
		body  string
		wrong string // part of the error; "" for none
	}{
		{oneWorld, row, ""},
		{oneWorld, `{"id":0,"randomNumber":1}`, "no row"},
		{oneWorld, `{"id":1}`, "no row"},
		{oneWorld, `{"id":1,"randomNumber":10001}`, "no row"},
		{oneWorld, "[" + row + "]", "cannot unmarshal"},
		{oneWorld, "", "unexpected end"},
		{listOfWorlds(2), "[" + row + "," + row + "]", ""},
		{listOfWorlds(2), "[" + row + "]", "1 rows instead of 2"},
		{listOfWorlds(1), "[{}]", "no row"},
		{listOfWorlds(1), row, "cannot unmarshal"},
	} {
		err := test.check([]byte(test.body))
		if (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
			t.Errorf("%s: %v, want %q", test.body, err, test.wrong)
		}
	}
}
