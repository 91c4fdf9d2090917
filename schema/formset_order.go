package schema

import "slices"

// checkOrderField finds the field that keeps the rows' places, and reports one that
// cannot. It reports whether the rest of the formset makes sense.
func (d *decoder) checkOrderField(m *Model, s *FormSet) bool {
	switch {
	case s.CanOrder.V && !s.OrderName.Set:
		d.report(errorAt(d.attrRange(s, "can_order", s.DeclRange), "Order that no row keeps", "The forms ask for an order, and rows have nothing to keep it in. Name a field for whole numbers of model.%s, as in order_field = \"position\".", m.Name).
			and(m.DeclRange, "model.%s is declared here", m.Name))
		return false
	case !s.OrderName.Set:
		return true
	case !s.CanOrder.V:
		d.report(errorAt(s.OrderName.Range, "Order that no form asks for", "The rows' places are kept in order_field, and the forms do not ask for them. Write can_order = true, or take order_field away."))
		return false
	}
	f := d.fieldOf(m, s.OrderName.V, s.OrderName.Range)
	if f == nil {
		return false
	}
	why := ""
	switch {
	case !isWhole(f.Kind):
		why = "it is not for whole numbers"
	case f.PrimaryKey.V:
		why = "it is what the row is found by"
	case f.Null.V:
		why = "it may be null, which databases sort differently"
	case f.IsGenerated:
		why = "the database computes it"
	case len(f.Choices) > 0:
		why = "it has choices"
	case len(f.Validators) > 0:
		why = "its validators may refuse a place"
	}
	if why != "" {
		d.report(errorAt(s.OrderName.Range, "Field that keeps no order", "The rows' places cannot be kept in %s, as %s. Name a plain field, as in field %q { type = positive_integer }.", f.Name, why, "position").
			and(f.DeclRange, "%s is declared here", f.Name))
		return false
	}
	if f.Unique.V {
		d.report(orderUnique(s, f).and(f.DeclRange, "%s is declared here", f.Name))
		return false
	}
	for _, c := range m.Constraints {
		if !c.Check && slices.Contains(c.Fields, f) {
			d.report(orderUnique(s, f).and(c.DeclRange, "they are unique here"))
			return false
		}
	}
	s.OrderField = f
	return true
}

func orderUnique(s *FormSet, f *Field) Diagnostic {
	return errorAt(s.OrderName.Range, "Places that must be unique", "Two rows that change places have the same %s for a moment, and the database would refuse that. Take unique away: the formset numbers the rows itself.", f.Name)
}
