package views

import "stackgen.dev/runtime/web"

// only keeps methods away that a kind of view has no answer to.
func only(next web.Handler, methods ...string) web.Handler {
	guard := web.NewMethods(methods...)
	return func(r *web.Request) (*web.Response, error) {
		if !guard.Allow(r.Method()) {
			return guard.Refuse(r.Method()), nil
		}
		return next(r)
	}
}

// view is a handler under its name in the site file.
func view(name string, h web.Handler) *web.View { return &web.View{Name: name, Handler: h} }

// View is the view of that name.
func (v Template) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Text) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Redirect) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Data) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v List[T]) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Detail[T]) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Create[T]) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Update[T]) View(name string) *web.View { return view(name, v.Handler()) }

// View is the view of that name.
func (v Delete[T]) View(name string) *web.View { return view(name, v.Handler()) }
