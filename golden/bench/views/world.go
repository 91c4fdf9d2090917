package views

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"

	"stackgen.dev/golden/bench/gen/models"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
)

// worlds is how many rows there are, with the keys from 1.
const worlds = 10_000

// world is how a row is written.
type world struct {
	ID           int64 `json:"id"`
	RandomNumber int64 `json:"randomNumber"`
}

func written(w *models.World) world { return world{w.ID, w.RandomNumber} }

// anyWorld reads a row that chance chooses.
func anyWorld(src model.Source) (*models.World, error) {
	return models.GetWorld(src, rand.Int64N(worlds)+1)
}

// wanted is n of the query, from 1 to 500; what is no number is 1.
func wanted(r *web.Request) int {
	n, err := strconv.Atoi(r.Query().Get("n"))
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 1
	}
	return min(max(n, 1), 500)
}

// DB answers for view.db with one row.
func DB(r *web.Request) (*web.Response, error) {
	w, err := anyWorld(r)
	if err != nil {
		return nil, err
	}
	return web.JSON(written(w))
}

// Queries answers for view.queries with rows that are read one by one.
func Queries(r *web.Request) (*web.Response, error) {
	rows := make([]world, wanted(r))
	for i := range rows {
		w, err := anyWorld(r)
		if err != nil {
			return nil, err
		}
		rows[i] = written(w)
	}
	return web.JSON(rows)
}

// Updates answers for view.updates with rows that are read one by one, changed,
// and written together. Those of different requests are written in one order,
// so that none waits for the other.
func Updates(r *web.Request) (*web.Response, error) {
	rows := make([]*models.World, wanted(r))
	for i := range rows {
		w, err := anyWorld(r)
		if err != nil {
			return nil, err
		}
		w.RandomNumber = rand.Int64N(worlds) + 1
		rows[i] = w
	}
	slices.SortFunc(rows, func(a, b *models.World) int { return cmp.Compare(a.ID, b.ID) })
	if err := model.BulkUpdate(r, rows, models.WorldField.RandomNumber); err != nil {
		return nil, err
	}
	answer := make([]world, len(rows))
	for i, w := range rows {
		answer[i] = written(w)
	}
	return web.JSON(answer)
}

// Cached answers for view.cached with rows of the site's cache, which takes what
// it does not have from the database.
func Cached(r *web.Request) (*web.Response, error) {
	rows := make([]world, wanted(r))
	for i := range rows {
		id := rand.Int64N(worlds) + 1
		err := caches.JSON(r.Context(), r.App().Cache(), "world "+strconv.FormatInt(id, 10), 0, &rows[i], func() (any, error) {
			w, err := models.GetWorld(r, id)
			if err != nil {
				return nil, err
			}
			return written(w), nil
		})
		if err != nil {
			return nil, err
		}
	}
	return web.JSON(rows)
}
