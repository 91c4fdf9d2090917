package site

import (
	"sync"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/model"
)

// PurgeAfter has the caches of the site's proxy let go of what has a tag whenever rows of the model have been
// saved, changed or deleted, in whichever process: as soon as the transaction is stored. SQL of one's own and
// rows that the database deletes along with others (on_delete) purge nothing.
func PurgeAfter[M any](env *Env, tag string) {
	changed := func(src model.Source) error {
		model.OnCommit(src, func() { env.purges.purge(tag) })
		return nil
	}
	model.Listen(env.DB, model.Hooks[M]{
		AfterSave:   func(src model.Source, _ *M, _ bool) error { return changed(src) },
		AfterDelete: func(src model.Source, _ *M) error { return changed(src) },
	})
	model.OnChange[M](env.DB, func(src model.Source) { changed(src) })
}

// purgeApart is the least time between two purges of one tag: a thousand rows saved at once purge it twice.
const purgeApart = 20 * time.Millisecond

// purges passes on which tags are to be purged.
type purges struct {
	// here purges in this process at once, where it has the proxy; nil where it has not.
	here atomic.Pointer[func(tag string)]
	// tell has all processes purge that have one.
	tell func(tag string)

	mu     sync.Mutex
	recent map[string]bool // tags purged a moment ago; true where one was wanted since
}

// purge purges a tag now, and once more a moment later if it was wanted meanwhile.
func (p *purges) purge(tag string) {
	p.mu.Lock()
	if _, recent := p.recent[tag]; recent {
		p.recent[tag] = true
		p.mu.Unlock()
		return
	}
	if p.recent == nil {
		p.recent = map[string]bool{}
	}
	p.recent[tag] = false
	p.mu.Unlock()
	p.now(tag)
	time.AfterFunc(purgeApart, func() {
		p.mu.Lock()
		again := p.recent[tag]
		delete(p.recent, tag)
		p.mu.Unlock()
		if again {
			p.purge(tag)
		}
	})
}

func (p *purges) now(tag string) {
	if here := p.here.Load(); here != nil {
		(*here)(tag)
	}
	p.tell(tag)
}
