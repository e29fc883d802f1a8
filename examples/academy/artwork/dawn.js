// The hero: runners on a ridge at first light.
import { conifer, glow, noiseFrom, ridge, runner, verticalGradient } from "./brushes.js";

const LIME = "#d7f24b";

/** Six runners in a line on a ridge at first light. */
export function dawn(context, width, height, random) {
  const noise = noiseFrom(random);
  const sky = [
    [0, "#0d3a3d"],
    [0.28, "#2f6b68"],
    [0.48, "#8fae98"],
    [0.62, "#f0cf9a"],
    [0.72, "#f7b478"],
  ];
  context.fillStyle = verticalGradient(context, sky, 0, height);
  context.fillRect(0, 0, width, height);
  const sun = [width * 0.71, height * 0.53];
  glow(context, ...sun, height * 0.75, "rgba(255, 226, 168, 0.75)");
  glow(context, ...sun, height * 0.16, "rgba(255, 246, 219, 0.95)");
  context.fillStyle = "#fff6dd";
  context.beginPath();
  context.arc(...sun, height * 0.052, 0, 7);
  context.fill();
  for (let cloud = 0; cloud < 46; cloud++) {
    const y = height * (0.12 + random() * 0.36);
    const x = width * random();
    const length = width * (0.08 + random() * 0.22);
    const fill = context.createLinearGradient(x - length, 0, x + length, 0);
    const tint = y > height * 0.33 ? "255, 222, 178" : "190, 214, 200";
    fill.addColorStop(0, `rgba(${tint}, 0)`);
    fill.addColorStop(0.5, `rgba(${tint}, ${0.05 + random() * 0.13})`);
    fill.addColorStop(1, `rgba(${tint}, 0)`);
    context.fillStyle = fill;
    context.beginPath();
    context.ellipse(x, y, length, height * (0.002 + random() * 0.008), -0.02, 0, 7);
    context.fill();
  }
  const layers = [
    { base: 0.56, relief: 0.1, frequency: 2.2, far: "#b9b894", near: "#e7c595" },
    { base: 0.61, relief: 0.11, frequency: 2.8, far: "#86a08c", near: "#cdb98e" },
    { base: 0.67, relief: 0.1, frequency: 3.4, far: "#55827a", near: "#9aa886" },
    { base: 0.74, relief: 0.09, frequency: 3.6, far: "#2d5f5c", near: "#5f8377" },
    { base: 0.82, relief: 0.07, frequency: 3.2, far: "#15413f", near: "#32625b" },
  ];
  layers.forEach((layer, index) => {
    const fill = verticalGradient(
      context,
      [
        [0, layer.far],
        [1, layer.near],
      ],
      height * (layer.base - layer.relief),
      height * (layer.base + 0.16),
    );
    const heightAt = ridge(context, width, height, {
      base: height * layer.base,
      relief: height * layer.relief,
      frequency: layer.frequency,
      offset: index * 61.3 + 4,
      noise,
      fill,
    });
    if (index >= 2) {
      context.fillStyle = layer.far;
      for (let tree = 0; tree < 190 * (index - 1); tree++) {
        const x = random() * width;
        if (noise(200 + index * 9 + (x / width) * 7) < 0.02) continue;
        conifer(context, x, heightAt(x) + 4, height * (0.009 * index + random() * 0.014 * index));
      }
    }
    const mist = verticalGradient(
      context,
      [
        [0, "rgba(255,231,190,0)"],
        [1, "rgba(255,226,184,0.17)"],
      ],
      height * layer.base,
      height * (layer.base + 0.15),
    );
    context.fillStyle = mist;
    context.fillRect(0, height * layer.base, width, height * 0.15);
  });
  const path = (x) =>
    height * (0.925 - 0.055 * (x / width)) + noise(320 + (x / width) * 2.4, 4, 0.4) * height * 0.03;
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#0b2b2b"],
      [1, "#061a1a"],
    ],
    height * 0.84,
    height,
  );
  context.beginPath();
  context.moveTo(0, height);
  for (let x = 0; x <= width; x += 2) context.lineTo(x, path(x));
  context.lineTo(width, height);
  context.fill();
  context.strokeStyle = "rgba(255, 214, 150, 0.55)";
  context.lineWidth = height * 0.0022;
  context.beginPath();
  for (let x = 0; x <= width; x += 2) context.lineTo(x, path(x));
  context.stroke();
  context.strokeStyle = "#0a2727";
  context.lineWidth = height * 0.0012;
  for (let blade = 0; blade < 2600; blade++) {
    const x = random() * width;
    const y = path(x) + random() * 5;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + (random() - 0.4) * 12, y - height * (0.004 + random() * 0.016));
    context.stroke();
  }
  for (let index = 0; index < 6; index++) {
    const x = width * (0.545 + index * 0.066 + random() * 0.008);
    runner(
      context,
      x,
      path(x) + height * 0.004,
      height * (0.118 + random() * 0.012),
      index * 1.9 + 0.6,
      { body: "#071d1d", vest: index === 3 ? LIME : "#0d3030" },
    );
  }
  for (let conifers = 0; conifers < 9; conifers++) {
    context.fillStyle = "#061a1a";
    const x = width * (0.965 + (random() - 0.35) * 0.09);
    conifer(context, x, path(x) + 12, height * (0.1 + random() * 0.17));
  }
}
