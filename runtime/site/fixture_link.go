package site

import (
	"encoding/json"
	"errors"
	"fmt"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// linked is a relation of a row of a fixture, with the keys that it names.
type linked struct {
	Link
	keys []json.RawMessage
}

// takeLinks takes the fields that are relations out of a row: "tags": [1, 2], as
// Django dumps them. dump writes pairs as rows of their own, which need no list of a whole relation at a time.
func (t *Table) takeLinks(row *fixture) (found []linked, err error) {
	for _, link := range t.Links {
		raw, ok := row.Fields[link.Field]
		if !ok {
			continue
		}
		delete(row.Fields, link.Field)
		one := linked{Link: link}
		if err := json.Unmarshal(raw, &one.keys); err != nil || one.keys == nil {
			return nil, fmt.Errorf("the field %s is not a list of keys", link.Field)
		}
		found = append(found, one)
	}
	if len(found) > 0 && (len(row.PK) == 0 || string(row.PK) == "null") {
		return nil, errors.New("a row with a list of keys needs a pk")
	}
	return found, nil
}

// storeLink has a row be related to the keys and to no others.
func (t *Table) storeLink(tx model.Source, pk json.RawMessage, link linked) error {
	var key Column
	for _, c := range t.Columns {
		if c.Key {
			key = c
		}
	}
	from, err := key.value(pk)
	if err != nil {
		return err
	}
	if _, err := model.Execute(tx, link.Table, "DELETE FROM "+sqltext.Ident(link.Table)+" WHERE "+sqltext.Ident(link.From)+" = ?1", from); err != nil {
		return err
	}
	insert := "INSERT INTO " + sqltext.Ident(link.Table) + " (" + sqltext.Ident(link.From) + ", " + sqltext.Ident(link.To) + ") VALUES (?1, ?2)"
	seen := map[string]bool{}
	for _, raw := range link.keys {
		if seen[string(raw)] {
			continue
		}
		seen[string(raw)] = true
		to, err := Column{Kind: link.Kind}.value(raw)
		if err == nil && string(raw) == "null" {
			err = errors.New("null is no key")
		}
		if err == nil {
			_, err = model.Execute(tx, link.Table, insert, from, to)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", raw, err)
		}
	}
	return nil
}
