package main

import (
	"encoding/json"
	"fmt"
)

// world is a row of the table world, of which there are 10,000.
type world struct {
	ID           int
	RandomNumber int
}

// oneWorld says what is wrong with a body that has to be a row.
func oneWorld(body []byte) error {
	var w world
	if err := json.Unmarshal(body, &w); err != nil {
		return err
	}
	return w.check()
}

// listOfWorlds says what is wrong with a body that has to be a list of rows.
func listOfWorlds(n int) func(body []byte) error {
	return func(body []byte) error {
		var list []world
		if err := json.Unmarshal(body, &list); err != nil {
			return err
		}
		if len(list) != n {
			return fmt.Errorf("%d rows instead of %d", len(list), n)
		}
		for _, w := range list {
			if err := w.check(); err != nil {
				return err
			}
		}
		return nil
	}
}

func (w world) check() error {
	for _, n := range []int{w.ID, w.RandomNumber} {
		if n < 1 || n > 10_000 {
			return fmt.Errorf("%+v is no row", w)
		}
	}
	return nil
}
