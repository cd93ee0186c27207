"use strict";
// Draws every figure of the page; colours that must differ between light and dark are set here.
// What became of it is noted on the root element: data-plots (how many), data-failures.
(function () {
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var coarse = window.matchMedia("(pointer: coarse)").matches;
  var drawn = [];

  function failed() {
    root.dataset.failures = Number(root.dataset.failures || 0) + 1;
  }
  window.addEventListener("error", failed);
  window.addEventListener("unhandledrejection", failed);
  window.addEventListener("securitypolicyviolation", failed);

  function theme() {
    var style = window.getComputedStyle(root);
    function colour(name) { return style.getPropertyValue("--" + name).trim(); }
    var ink = colour("ink");
    var line = colour("line");
    var axis = { gridcolor: line, linecolor: line, tickcolor: line };
    // Of 0 to 150 % of capacity: blue up to 100 %, orange from there.
    var load = [
      [0, colour("load-0")], [1 / 3, colour("load-50")], [0.67, colour("load-100")],
      [0.671, colour("load-101")], [1, colour("load-150")]
    ];
    return {
      layout: {
        font: { color: ink, family: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif" },
        xaxis: axis, yaxis: axis,
        coloraxis: { colorscale: load },
        hoverlabel: { bgcolor: colour("card"), bordercolor: line, font: { color: ink } }
      }
    };
  }

  document.querySelectorAll("script[data-plot]").forEach(function (script) {
    var place = document.getElementById(script.dataset.plot);
    var figure = JSON.parse(script.textContent);
    figure.layout.template = theme();
    figure.layout.dragmode = coarse ? false : "zoom";
    Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displayModeBar: false })
      .then(function () {
        drawn.push(place);
        root.dataset.plots = drawn.length;
      });
  });

  dark.addEventListener("change", function () {
    drawn.forEach(function (place) { Plotly.relayout(place, { template: theme() }); });
  });
})();
