"""Published prognosis models, one module each, all of one shape (`shape.Model`)."""
