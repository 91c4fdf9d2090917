// Package views has what the resources leave to the project.
package views

import (
	"strings"

	"resource/gen/models"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// Visible leaves out what is called secret. Where there are users it is here
// that they see their own rows.
func Visible(_ *web.Request, tasks model.Query[models.Task]) (model.Query[models.Task], error) {
	return tasks.Exclude(models.TaskField.Title.IStartsWith("secret")), nil
}

// TaskValid gets a task before it is stored.
func TaskValid(_ *web.Request, form *forms.Form, task *models.Task) error {
	task.Title = strings.Join(strings.Fields(task.Title), " ")
	if task.Priority == "high" && !task.Due.Valid {
		form.AddError("due", "What is urgent has a day.", "required")
	}
	return nil
}
